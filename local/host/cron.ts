import { timeSpanMilliseconds } from "./host-json.ts";

/** When a timer trigger is due; times in milliseconds, fields in UTC. */
export interface Schedule {
  /** The first time after this one. */
  next(after: number): number;
}

const second = 1000;
const day = 24 * 3600 * second;
const names = {
  month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
  weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
};

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: names.month },
  { from: 0, to: 7, names: names.weekday },
];

/**
 * Parses an NCRONTAB expression (`{second} {minute} {hour} {day} {month} {day of week}`; without seconds too) or a TimeSpan.
 * Answers null when it is neither.
 */
export function parseSchedule(text: string): Schedule | null {
  const trimmed = text.trim();
  if (/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/.test(trimmed)) {
    const period = timeSpanMilliseconds(trimmed);
    return period > 0 ? { next: (after) => after + period } : null;
  }
  const parts = trimmed.split(/\s+/);
  const six = parts.length === 5 ? ["0", ...parts] : parts;
  if (six.length !== fields.length) return null;
  const sets = fields.map((field, index) => parseField(six[index] ?? "", field));
  const [seconds, minutes, hours, days, months, weekdays] = sets;
  if (!seconds || !minutes || !hours || !days || !months || !weekdays) return null;
  const times = secondsOfDay(hours, minutes, seconds);
  const fits = (date: Date): boolean =>
    days.includes(date.getUTCDate()) &&
    months.includes(date.getUTCMonth() + 1) &&
    weekdays.some((weekday) => weekday % 7 === date.getUTCDay());
  return { next: (after) => nextTime(after, times, fits) };
}

const longestSearch = 366 * 8;

function nextTime(after: number, times: readonly number[], fits: (date: Date) => boolean): number {
  const today = Math.floor(after / day) * day;
  for (let offset = 0; offset <= longestSearch; offset++) {
    const start = today + offset * day;
    if (!fits(new Date(start))) continue;
    const time = times.find((seconds) => start + seconds * second > after);
    if (time !== undefined) return start + time * second;
  }
  throw new Error("The schedule never comes.");
}

function secondsOfDay(
  hours: readonly number[],
  minutes: readonly number[],
  seconds: readonly number[],
): number[] {
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((at) => (hour * 60 + minute) * 60 + at)),
  );
}

function parseField(text: string, field: Field): number[] | null {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const range = parseRange(part, field);
    if (!range) return null;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function parseRange(text: string, field: Field): { from: number; to: number; step: number } | null {
  const [, body = "", stepText] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) return null;
  if (body === "*") return { from: field.from, to: field.to, step };
  const [first = "", last] = body.split("-");
  const from = parseValue(first, field);
  const to =
    last === undefined ? (stepText === undefined ? from : field.to) : parseValue(last, field);
  return from === null || to === null || from > to ? null : { from, to, step };
}

function parseValue(text: string, field: Field): number | null {
  const named = field.names?.indexOf(text.slice(0, 3).toUpperCase()) ?? -1;
  if (named >= 0) return named + (field.from === 1 ? 1 : 0);
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.from && value <= field.to ? value : null;
}
