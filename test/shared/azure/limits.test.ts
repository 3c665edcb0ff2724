import { expect, it } from "vitest";
import { createLimits } from "../../../shared/azure/limits.ts";
import { createInMemoryTable } from "../../support/in-memory-table.ts";

const wish = {
  key: "run-1",
  at: "2026-11-23T08:00:00.000Z",
  perHour: 1,
  perDay: 1,
  costPerMonth: 60,
  addedCost: 60,
};

it("a repeat of the last reservation that fits still fits", async () => {
  const { reserve } = createLimits(createInMemoryTable());
  expect(await reserve(wish)).toEqual({ kind: "reserved" });
  expect(await reserve(wish)).toEqual({ kind: "reserved" });
  expect(await reserve({ ...wish, key: "run-2" })).toMatchObject({ kind: "over", used: 1 });
});

it("gives back the room of what was not made, once, and nobody else's", async () => {
  const { reserve, release } = createLimits(createInMemoryTable());
  const other = { ...wish, perHour: 2, perDay: 2, costPerMonth: 200, key: "other" };
  await reserve(other);
  await reserve({ ...other, key: "run-1" });
  await release(wish);
  await release(wish);
  await release({ ...wish, key: "never" });
  expect(await reserve({ ...other, key: "run-2" })).toEqual({ kind: "reserved" });
  expect(await reserve({ ...other, key: "run-3" })).toMatchObject({ kind: "over", used: 2 });
  const month = { ...other, key: "run-3", at: "2026-11-24T08:00:00.000Z", costPerMonth: 120 };
  expect(await reserve(month)).toMatchObject({ which: "month", used: 120 });
});
