import type { MailRules } from "../domain/policy.ts";
import { after, earliest } from "./time.ts";

/** The days of a week, as `mail.digestDays` spells them. */
export const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** When mails may go out. */
export type WindowRules = Pick<MailRules, "timeZone" | "digestDays" | "digestAt">;

/** A mail that is ready later than `digestAt` still goes out the same day, so long after it. */
const openFor = { hours: 8 };
const daysLookedAhead = 8;

/**
 * When the next mail may leave: now while the owners' window is open, else when it opens. It opens
 * at `digestAt` on the days of `digestDays` and closes eight hours later, at midnight at the latest.
 */
export function nextWindow(mail: WindowRules, now: string): string {
  const days = daysOf(mail.digestDays) ?? [...weekdays];
  const today = localDate(mail, now);
  for (let ahead = 0; ahead <= daysLookedAhead; ahead += 1) {
    const date = dayAfter(today, ahead);
    if (!days.includes(weekdayOf(date))) continue;
    const opens = timeAt(mail, date, mail.digestAt);
    const midnight = timeAt(mail, dayAfter(date, 1), "00:00");
    const closes = earliest(after(opens, openFor), midnight);
    if (Date.parse(now) < Date.parse(opens)) return opens;
    if (Date.parse(now) < Date.parse(closes)) return now;
  }
  return after(now, { days: 1 });
}

/** The first window after the local day of `now`. */
export function nextDaysWindow(mail: WindowRules, now: string): string {
  const tomorrow = dayAfter(localDate(mail, now), 1);
  return nextWindow(mail, timeAt(mail, tomorrow, "00:00"));
}

/** The days that a text such as `Mon-Fri` or `Mon,Wed,Sat` names; null when it is not one. */
export function daysOf(text: string): readonly Weekday[] | null {
  const each = text.split(",").map((part) => rangeOf(part.trim()));
  const days = each.flatMap((range) => range ?? []);
  return each.some((range) => range === null) ? null : days;
}

/** A day of the week. */
export type Weekday = (typeof weekdays)[number];

function rangeOf(text: string): readonly Weekday[] | null {
  const [first, last, ...more] = text.split("-").map((day) => indexOf(day.trim()));
  if (first === undefined || first < 0 || more.length > 0) return null;
  if (last === undefined) return weekdays.slice(first, first + 1);
  if (last < 0) return null;
  const length = ((last - first + 7) % 7) + 1;
  return Array.from({ length }, (_, place) => weekdays[(first + place) % 7]).filter(
    (day) => day !== undefined,
  );
}

const indexOf = (day: string): number =>
  weekdays.findIndex((each) => each.toLowerCase() === day.toLowerCase());

/** The calendar day (`YYYY-MM-DD`) in the time zone of the mails. */
export function localDate({ timeZone }: Pick<MailRules, "timeZone">, iso: string): string {
  const local = Date.parse(iso) + offsetAt(timeZone, Date.parse(iso));
  return new Date(local).toISOString().slice(0, 10);
}

const dayMs = 86_400_000;

const dayAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

const weekdayOf = (date: string): Weekday =>
  weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? "Sun";

/**
 * The ISO time at which a clock in the zone shows this. An hour that a change of clocks skips counts
 * as the hour after it, one that comes twice as the first.
 */
function timeAt({ timeZone }: Pick<MailRules, "timeZone">, date: string, clock: string): string {
  const shown = Date.parse(`${date}T${clock}:00Z`);
  const before = shown - offsetAt(timeZone, shown - dayMs);
  const behind = shown - offsetAt(timeZone, shown + dayMs);
  const fits = [Math.min(before, behind), Math.max(before, behind)].find(
    (time) => time + offsetAt(timeZone, time) === shown,
  );
  return new Date(fits ?? before).toISOString();
}

/** Milliseconds that a zone's clocks are ahead of UTC at a time. */
function offsetAt(timeZone: string, time: number): number {
  const found = new Map(
    clockOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? 0;
  const shown = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shown - Math.floor(time / 1_000) * 1_000;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(timeZone, clock);
  return clock;
}
