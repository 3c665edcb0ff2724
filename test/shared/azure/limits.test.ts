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
  const reserve = createLimits(createInMemoryTable());
  expect(await reserve(wish)).toEqual({ kind: "reserved" });
  expect(await reserve(wish)).toEqual({ kind: "reserved" });
  expect(await reserve({ ...wish, key: "run-2" })).toMatchObject({ kind: "over", used: 1 });
});
