import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../local/host/cron.ts";

const next = (expression: string, after: string): string | undefined => {
  const time = parseSchedule(expression)?.next(Date.parse(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe("parseSchedule", () => {
  it.each([
    ["0 * * * * *", "2026-03-02T08:00:00Z", "2026-03-02T08:01:00.000Z"],
    ["*/20 * * * * *", "2026-03-02T08:00:41Z", "2026-03-02T08:01:00.000Z"],
    ["0 30 9 * * 1-5", "2026-03-06T10:00:00Z", "2026-03-09T09:30:00.000Z"],
    ["0 30 9 * * MON-FRI", "2026-03-06T10:00:00Z", "2026-03-09T09:30:00.000Z"],
    ["0 0 0 1 1 *", "2026-11-22T10:39:21Z", "2027-01-01T00:00:00.000Z"],
    ["0 0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 12 * * 7", "2026-03-02T00:00:00Z", "2026-03-08T12:00:00.000Z"],
    ["0 0 0 1 JAN,jul *", "2026-03-02T00:00:00Z", "2026-07-01T00:00:00.000Z"],
    ["0 10/20 * * * *", "2026-03-02T08:11:00Z", "2026-03-02T08:30:00.000Z"],
    ["*/5 * * * *", "2026-03-02T08:00:00Z", "2026-03-02T08:05:00.000Z"],
    ["00:00:30", "2026-03-02T08:00:00Z", "2026-03-02T08:00:30.000Z"],
    ["1.00:00:00", "2026-03-02T08:00:00Z", "2026-03-03T08:00:00.000Z"],
  ])("%s after %s comes at %s", (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it.each([
    "not cron",
    "",
    "* * *",
    "61 * * * * *",
    "0 0 24 * * *",
    "0 5-1 * * * *",
    "*/0 * * * * *",
  ])("does not take %j for a schedule", (expression) =>
    expect(parseSchedule(expression)).toBeNull(),
  );

  it("never comes at or before the time it is asked for, and each second that fits is met", () => {
    const schedule = parseSchedule("*/15 2-4 * * * *");
    const holds = fc.property(fc.integer({ min: 0, max: 4e12 }), (after) => {
      const time = schedule?.next(after) ?? 0;
      expect(time).toBeGreaterThan(after);
      expect(new Date(time).getUTCSeconds() % 15).toBe(0);
      expect([2, 3, 4]).toContain(new Date(time).getUTCMinutes());
      expect(time - after).toBeLessThanOrEqual(3600_000);
    });
    fc.assert(holds);
  });
});
