import fc from "fast-check";
import { expect, it } from "vitest";
import { createAgendaWorld, type Happening } from "../../support/agenda-world.ts";

const happening = fc.constantFrom<Happening>(
  "nothing",
  "nothing",
  "change",
  "change",
  "crash before the effect",
  "crash after the effect",
  "late repeat",
  "land what is late",
  "run dies",
  "run freezes",
  "second run",
);

/** Two hours of a status that lies, the terminate, a fault's back-off and some looks. */
const longEnough = 8 * 60;

it("follows every mark with a look on the latest state, whatever befalls the runs", async () => {
  const law = fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
    const world = createAgendaWorld(happenings);
    await world.change();
    await world.run();
    for (let tick = 0; tick < longEnough && (await world.onAgenda()); tick += 1) {
      await world.sweep();
    }
    expect(await world.onAgenda()).toBe(false);
    expect(await world.seen()).toBe(world.truth());
  });
  await fc.assert(law, { numRuns: 150 });
});

it("comes to rest: a settled subject is not looked at again", async () => {
  const world = createAgendaWorld([]);
  await world.change();
  await world.run();
  const runs = world.runs();
  for (let tick = 0; tick < 60; tick += 1) await world.sweep();
  expect(world.runs()).toBe(runs);
});

it("looks once more when it is marked while it looks, and only once", async () => {
  const world = createAgendaWorld(["nothing", "nothing", "change"]);
  await world.change();
  await world.run();
  expect(await world.seen()).toBe(2);
  expect(await world.onAgenda()).toBe(false);
  expect(world.runs()).toBe(1);
});
