import fc from "fast-check";
import { expect, it } from "vitest";
import { backoff } from "../../../shared/decisions/backoff.ts";

it("faults are tried again after 5 minutes, later each time, at most 6 hours", () => {
  expect([1, 2, 3, 4].map(backoff)).toEqual([5, 10, 20, 40]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (count) => {
      expect(backoff(count)).toBeGreaterThanOrEqual(5);
      expect(backoff(count)).toBeLessThanOrEqual(360);
      expect(backoff(count + 1)).toBeGreaterThanOrEqual(backoff(count));
    }),
  );
});
