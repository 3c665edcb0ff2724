import fc from "fast-check";
import { expect, it } from "vitest";
import { createAgendaWorld, type Happening } from "../../support/agenda-world.ts";

const happening = fc.constantFrom<Happening>(
  "nothing",
  "nothing",
  "change",
  "change",
  "change that shows later",
  "change that shows later",
  "crash before the effect",
  "crash after the effect",
  "late repeat",
  "land what is late",
  "run dies",
  "run freezes",
  "second run",
);

/** In minutes, for each happening: a status that lies, the terminate, a fault's back-off and a look. */
const longEnough = 3 * 60;

it("follows every mark with a look on the latest state, whatever befalls the runs", async () => {
  const law = fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
    const world = createAgendaWorld(happenings);
    await world.change();
    await world.run();
    const end = longEnough * (happenings.length + 1);
    for (let tick = 0; tick < end && (await world.onAgenda()); tick += 1) {
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

it("looks at what Azure shows later, however early another mark is due", async () => {
  const world = createAgendaWorld([]);
  await world.changeShownLater();
  await world.change();
  for (let tick = 0; tick < 10; tick += 1) await world.sweep();
  expect(await world.seen()).toBe(2);
  expect(await world.onAgenda()).toBe(false);
  expect(world.looks()).toEqual([1, 5]);
});

it("waits for what Azure shows later instead of looking at once again", async () => {
  const world = createAgendaWorld(["nothing", "nothing", "change that shows later"]);
  await world.change();
  await world.run();
  for (let tick = 0; tick < 10; tick += 1) await world.sweep();
  expect(world.looks()).toEqual([0, 5]);
  expect(await world.seen()).toBe(2);
});

/** Delay of a mark, and the sweep that starts what is due. */
const longestWait = 5 + 1;

it("lets no stream of marks keep a subject from its look", async () => {
  const later = "change that shows later";
  const event = fc.constantFrom("none", "change", later);
  // Chance finds a stream in which each mark comes before the look of the one before in most runs, not in all.
  const stream = [later, "none", "none", "none", later, "none", "none", later];
  const law = fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
    const world = createAgendaWorld([]);
    const marks: number[] = [];
    for (const each of events) {
      if (each !== "none") marks.push(world.clock() + (each === "change" ? 0 : 5));
      if (each === "change") await world.change();
      if (each === later) await world.changeShownLater();
      await world.sweep();
    }
    for (let tick = 0; tick < 2 * longestWait; tick += 1) await world.sweep();
    for (const mark of marks) {
      const look = world.looks().find((time) => time >= mark);
      expect((look ?? Number.POSITIVE_INFINITY) - mark).toBeLessThanOrEqual(longestWait);
    }
    expect(await world.onAgenda()).toBe(false);
  });
  await fc.assert(law, { numRuns: 101, examples: [[stream]] });
});
