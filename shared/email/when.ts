import type { MailRules } from "../domain/policy.ts";

type Zone = Pick<MailRules, "timeZone">;

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `Mon 23 Nov 2026`, in the time zone of the mails. */
export function dayOf(mail: Zone, iso: string): string {
  const at = partsOf(mail, iso);
  return at ? `${at.weekday} ${at.day} ${at.month} ${at.year}` : "unknown day";
}

/** `Mon 30 Nov`. */
export function shortDayOf(mail: Zone, iso: string): string {
  const at = partsOf(mail, iso);
  return at ? `${at.weekday} ${at.day} ${at.month}` : "unknown day";
}

/** `09:12`. */
export function clockOf(mail: Zone, iso: string): string {
  const at = partsOf(mail, iso);
  return at ? `${at.hour}:${at.minute}` : "--:--";
}

/** `Mon 23 Nov 2026, 09:12 (UTC+1)`. */
export function momentOf(mail: Zone, iso: string): string {
  return `${dayOf(mail, iso)}, ${clockOf(mail, iso)} (${zoneOf(mail, iso)})`;
}

/** A text whose ISO times are told in the time zone of the mails. */
export const momentsIn = (mail: Zone, text: string): string =>
  text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, (iso) => momentOf(mail, iso));

/** `UTC` or `UTC+1`: what the clock shows on that day. */
export function zoneOf(mail: Zone, iso: string): string {
  return partsOf(mail, iso)?.zone ?? "UTC";
}

/** `YYYY-MM-DD`, as many days later. */
export function isoDayAfter(mail: Zone, iso: string, days: number): string {
  const at = partsOf(mail, iso);
  if (!at) return iso.slice(0, 10);
  const day = Date.UTC(Number(at.year), months.indexOf(at.month), Number(at.day) + days);
  return new Date(day).toISOString().slice(0, 10);
}

/** `1 Oct 2026` of `2026-10-01`: a date without a time zone. */
export function dateInWords(date: string): string {
  const [year, month, day] = date.slice(0, 10).split("-").map(Number);
  const name = months[(month ?? 0) - 1];
  return year && name && day ? `${day} ${name} ${year}` : date.slice(0, 10);
}

/** Whole days from one time to another, by the calendar of the time zone. */
export function daysBetween(mail: Zone, from: string, to: string): number {
  const [start, end] = [isoDayAfter(mail, from, 0), isoDayAfter(mail, to, 0)].map(Date.parse);
  const days = ((end ?? 0) - (start ?? 0)) / 86_400_000;
  return Number.isFinite(days) ? Math.max(0, Math.round(days)) : 0;
}

interface Parts {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly hour: string;
  readonly minute: string;
  readonly zone: string;
}

function partsOf({ timeZone }: Zone, iso: string): Parts | null {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return null;
  const found = new Map(
    formatOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => found.get(name) ?? "";
  return {
    weekday: part("weekday"),
    day: part("day"),
    month: months[Number(part("month")) - 1] ?? "",
    year: part("year"),
    hour: part("hour"),
    minute: part("minute"),
    zone: part("timeZoneName").replace("GMT", "UTC").replace(/\+0$/, ""),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset",
  });
  formats.set(timeZone, format);
  return format;
}
