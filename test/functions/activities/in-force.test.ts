import { expect, it } from "vitest";
import { guarded } from "../../../functions/activities/guard.ts";
import { createInForceSource } from "../../../functions/activities/in-force.ts";
import { aPolicy } from "../../support/in-force.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

function aSource() {
  const tables = createInMemoryGateways();
  let clock = Date.parse("2026-11-23T09:00:00.000Z");
  const source = createInForceSource(tables, {
    stage: "fix-all",
    combine: (extra) => ({
      policy: aPolicy({ exemptions: extra }),
      hash: `hash-${extra.length}`,
    }),
    now: () => new Date(clock).toISOString(),
  });
  return {
    tables,
    source,
    pass: (seconds: number) => {
      clock += seconds * 1000;
    },
  };
}

const exemption = {
  scope: "/subscriptions/11111111-1111-4111-8111-111111111111",
  rule: "addon",
  until: "2026-12-31",
  reason: "migration",
  approvedBy: "a@contoso.com",
} as const;

it("notes since when the stage holds, once", async () => {
  const { source, pass } = aSource();
  expect((await source.recent()).stageSince).toBe("2026-11-23T09:00:00.000Z");
  pass(3600);
  expect((await source.recent()).stageSince).toBe("2026-11-23T09:00:00.000Z");
});

it("sees an exemption of the API within half a minute, and at once where it writes", async () => {
  const { source, tables, pass } = aSource();
  const before = await source.recent();
  await tables.exemptions.put(exemption);
  pass(10);
  expect((await source.recent()).hash).toBe(before.hash);
  expect((await source.live()).hash).toBe("hash-1");
  pass(31);
  expect((await source.recent()).policy.exemptions).toHaveLength(1);
});

it("writes only while what was decided under still rules", async () => {
  const { source, tables } = aSource();
  const under = await source.recent();
  let writes = 0;
  const write = async () => {
    writes += 1;
    return { kind: "done" as const };
  };
  expect(await guarded(source, under, write)).toEqual({ kind: "done" });
  expect(await guarded(source, { ...under, stage: "watch" }, write)).toEqual({
    kind: "superseded",
  });
  await tables.exemptions.put(exemption);
  expect(await guarded(source, under, write)).toEqual({ kind: "superseded" });
  await tables.exemptions.remove(exemption.scope, exemption.rule);
  await tables.system.setStop({ at: "2026-11-23T09:00:00.000Z", by: "ops", why: "incident" });
  expect(await guarded(source, under, write)).toEqual({ kind: "superseded" });
  expect(writes).toBe(1);
});
