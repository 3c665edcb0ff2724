import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  daysOf,
  localDate,
  nextDaysWindow,
  nextWindow,
  type WindowRules,
} from "../../../shared/decisions/window.ts";

const rules = (over: Partial<WindowRules> = {}): WindowRules => ({
  timeZone: "Etc/UTC",
  digestDays: "Mon-Fri",
  digestAt: "09:00",
  ...over,
});
const berlin = rules({ timeZone: "Europe/Berlin", digestDays: "Mon-Sun" });
const newYork = rules({ timeZone: "America/New_York", digestDays: "Mon-Sun" });

describe("the owners' window", () => {
  it.each([
    ["before it opens", "2026-11-23T08:59:59.000Z", "2026-11-23T09:00:00.000Z"],
    ["the moment it opens", "2026-11-23T09:00:00.000Z", "2026-11-23T09:00:00.000Z"],
    ["while it is open", "2026-11-23T16:59:00.000Z", "2026-11-23T16:59:00.000Z"],
    ["when it has closed", "2026-11-23T17:00:00.000Z", "2026-11-24T09:00:00.000Z"],
    ["on Friday evening", "2026-11-27T18:00:00.000Z", "2026-11-30T09:00:00.000Z"],
    ["on Saturday", "2026-11-28T12:00:00.000Z", "2026-11-30T09:00:00.000Z"],
  ])("%s", (_, at, next) => {
    expect(nextWindow(rules(), at)).toBe(next);
  });

  it("closes at midnight when it opens late", () => {
    const late = rules({ digestAt: "22:00", digestDays: "Mon" });
    expect(nextWindow(late, "2026-11-23T23:59:00.000Z")).toBe("2026-11-23T23:59:00.000Z");
    expect(nextWindow(late, "2026-11-24T00:00:00.000Z")).toBe("2026-11-30T22:00:00.000Z");
  });

  it.each([
    ["Berlin in winter", berlin, "2026-11-23T00:00:00.000Z", "2026-11-23T08:00:00.000Z"],
    ["Berlin in summer", berlin, "2026-07-01T00:00:00.000Z", "2026-07-01T07:00:00.000Z"],
    ["Berlin as summer begins", berlin, "2026-03-29T00:30:00.000Z", "2026-03-29T07:00:00.000Z"],
    ["Berlin as summer ends", berlin, "2026-10-25T00:30:00.000Z", "2026-10-25T08:00:00.000Z"],
    [
      "New York, where it is still yesterday",
      newYork,
      "2026-11-24T03:00:00.000Z",
      "2026-11-24T14:00:00.000Z",
    ],
    [
      "Kathmandu",
      rules({ timeZone: "Asia/Kathmandu" }),
      "2026-11-23T00:00:00.000Z",
      "2026-11-23T03:15:00.000Z",
    ],
    [
      "an hour that the clocks skip",
      { ...berlin, digestAt: "02:30" },
      "2026-03-29T00:00:00.000Z",
      "2026-03-29T01:30:00.000Z",
    ],
    [
      "an hour that comes twice",
      { ...berlin, digestAt: "02:30" },
      "2026-10-24T23:00:00.000Z",
      "2026-10-25T00:30:00.000Z",
    ],
  ])("opens by the clock of %s", (_, zone, at, next) => {
    expect(nextWindow(zone, at)).toBe(next);
  });

  it("of another day is not today's", () => {
    expect(nextDaysWindow(rules(), "2026-11-23T08:00:00.000Z")).toBe("2026-11-24T09:00:00.000Z");
    expect(nextDaysWindow(rules(), "2026-11-27T10:00:00.000Z")).toBe("2026-11-30T09:00:00.000Z");
  });
});

describe("days", () => {
  it.each([
    ["Mon-Fri", ["Mon", "Tue", "Wed", "Thu", "Fri"]],
    ["Mon,Wed", ["Mon", "Wed"]],
    ["sat-mon", ["Sat", "Sun", "Mon"]],
    ["Mon-Tue, Fri", ["Mon", "Tue", "Fri"]],
    ["Mon-Fri-Sat", null],
    ["weekdays", null],
    ["", null],
    ["Mon,", null],
  ])("%j", (text, days) => {
    expect(daysOf(text)).toEqual(days);
  });
});

it("the day is that of the zone", () => {
  expect(localDate(berlin, "2026-11-23T23:30:00.000Z")).toBe("2026-11-24");
  expect(localDate(newYork, "2026-11-24T03:00:00.000Z")).toBe("2026-11-23");
});

it("a window is never in the past, at most 8 days off, and on one of the days", () => {
  const zones = fc.constantFrom(
    "Etc/UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
  );
  const times = fc
    .date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString());
  const clock = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  const days = fc.constantFrom("Mon-Fri", "Sun", "Wed,Sat", "Fri-Mon");
  fc.assert(
    fc.property(zones, times, clock, days, (timeZone, at, digestAt, digestDays) => {
      const mail = { timeZone, digestAt, digestDays };
      const next = nextWindow(mail, at);
      const wait = Date.parse(next) - Date.parse(at);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(8 * 86_400_000);
      const day = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short" }).format(
        new Date(next),
      );
      expect(daysOf(digestDays)).toContain(day);
      expect(nextWindow(mail, next)).toBe(next);
    }),
  );
});
