import { createVirtualClock } from "../azure/clock.ts";
import { createSimulatedAzure } from "../azure/index.ts";
import type { JsonObject } from "../azure/json.ts";
import type { Yardstick } from "./compare.ts";
import { type Example, proofDelays } from "./example.ts";
import { estateOf, type Recording } from "./recording.ts";

/** Takes the undisturbed run for what all others are held against. */
export async function yardstickOf(example: Example, expected: Recording): Promise<Yardstick> {
  return { example, expected, untouched: await withoutApp(example) };
}

/** The estate at the end of the scenario if no app is there: only other people's changes are made. */
async function withoutApp({ estate, scenario }: Example): Promise<Recording["estate"]> {
  const clock = createVirtualClock({ start: new Date(scenario.start).toISOString() });
  const azure = createSimulatedAzure({ estate, clock, delays: proofDelays });
  for (const { at, change } of scenario.deliveries) {
    if (!change) continue;
    const { as, resource, merge } = change;
    clock.schedule(at, () => azure.changeAs({ ...as, upn: null }, resource, merge as JsonObject));
  }
  await clock.passTo(scenario.until);
  clock.stop();
  return estateOf(azure.store.all());
}
