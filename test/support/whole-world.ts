import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createVirtualClock } from "../../local/azure/clock.ts";
import { startWorld, type World } from "../../local/demo/world.ts";

const start = Date.parse("2026-11-23T09:00:00.000Z");
const minute = 60_000;

/** The built app at the stage `fix-all`, in a simulated Azure on a virtual clock. */
export interface WholeWorld extends World {
  /** Lets everything happen until so many minutes after the start. */
  passTo(minutes: number): Promise<void>;
}

/** Starts it on the estate and the policy in a folder of fixtures. */
export async function startWholeWorld(fixtures: string): Promise<WholeWorld> {
  const clock = createVirtualClock({ start: new Date(start).toISOString() });
  const folder = mkdtempSync(join(tmpdir(), "guardrail-e2e-"));
  const world = await startWorld({
    estate: join(resolve(fixtures), "estate"),
    policy: join(resolve(fixtures), "guardrail.json"),
    stage: "fix-all",
    principal: {
      objectId: "d00dfeed-0000-4000-8000-000000000002",
      appId: "d00dfeed-0000-4000-8000-000000000001",
      name: "container-guardrail",
    },
    clock,
    data: join(folder, "data"),
    mailDir: join(folder, "mails"),
    recordTo: null,
    verbose: false,
  });
  return {
    ...world,
    async passTo(minutes) {
      await clock.runUntil(start + minutes * minute);
      await world.host.whenIdle();
    },
    async stop() {
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
