import { expect, it } from "vitest";
import { recordInto } from "../../../shared/durable/agenda.ts";
import { createAgendaWorld } from "../../support/agenda-world.ts";
import { aCase } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

it("an older run never overwrites what a newer one recorded", async () => {
  const wholeRun = ["nothing", "nothing", "nothing", "nothing"] as const;
  const untilRecording = ["nothing", "nothing"] as const;
  const world = createAgendaWorld([...wholeRun, ...untilRecording, "second run", "change"]);
  await world.change();
  await world.run();
  await world.change();
  await world.run();
  expect([world.runs(), world.truth()]).toEqual([3, 3]);
  expect(await world.seen()).toBe(3);
  expect(await world.onAgenda()).toBe(false);
});

it("a run whose case was written by a newer one does not settle", async () => {
  const { cases } = createInMemoryGateways();
  const first = await recordInto(cases, aCase({ name: "as it was taken" }), null);
  const taken = first.kind === "written" ? first.etag : "";
  await recordInto(cases, aCase({ name: "of the newer run" }), taken);
  expect(await recordInto(cases, aCase({ name: "of the older run" }), taken)).toEqual({
    kind: "conflict",
  });
  expect((await cases.find(aCase().subject))?.case.name).toBe("of the newer run");
});

it("a write that is repeated after a crash counts as written", async () => {
  const { cases } = createInMemoryGateways();
  const first = await recordInto(cases, aCase(), null);
  expect(await recordInto(cases, aCase(), null)).toEqual(first);
});
