import { expect, it } from "vitest";
import {
  clockOf,
  dateInWords,
  dayOf,
  daysBetween,
  isoDayAfter,
  momentOf,
} from "../../../shared/email/when.ts";

const berlin = { timeZone: "Europe/Berlin" };

it("writes times in the time zone of the mails", () => {
  expect(momentOf(berlin, "2026-11-23T08:12:00.000Z")).toBe("Mon 23 Nov 2026, 09:12 (UTC+1)");
  expect(momentOf(berlin, "2026-07-01T22:30:00.000Z")).toBe("Thu 2 Jul 2026, 00:30 (UTC+2)");
  expect(momentOf({ timeZone: "Asia/Kolkata" }, "2026-11-23T08:12:00Z")).toContain(
    "13:42 (UTC+5:30)",
  );
  expect(momentOf({ timeZone: "Etc/UTC" }, "2026-09-03T00:05:00Z")).toBe(
    "Thu 3 Sep 2026, 00:05 (UTC)",
  );
});

it("counts days by the calendar there", () => {
  expect(isoDayAfter(berlin, "2026-11-23T23:30:00.000Z", 7)).toBe("2026-12-01");
  expect(daysBetween(berlin, "2026-11-16T22:00:00Z", "2026-11-23T23:30:00Z")).toBe(8);
});

it("survives what is no time", () => {
  expect(clockOf(berlin, "soon")).toBe("--:--");
  expect(dayOf(berlin, "soon")).toBe("unknown day");
});

it("writes a date without a time zone", () => {
  expect(dateInWords("2026-10-01")).toBe("1 Oct 2026");
});
