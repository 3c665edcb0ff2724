import { fixed, number, type ScalarFunction, text } from "./scalar-function.ts";
import { formatDatetime, type Value } from "./values.ts";

const day = 86_400_000;
const lengths: Readonly<Record<string, number>> = {
  week: 7 * day,
  day,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const months: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

function add(part: Value | undefined, amount: Value | undefined, to: Value | undefined): Value {
  const [name, count, start] = [text(part).toLowerCase(), number(amount), number(to)];
  if (count === null || start === null) return null;
  const length = lengths[name];
  if (length !== undefined) return start + count * length;
  const date = new Date(start);
  date.setUTCMonth(date.getUTCMonth() + count * (months[name] ?? 0));
  return date.getTime();
}

function difference(part: Value | undefined, left: Value | undefined, right: Value | undefined) {
  const length = lengths[text(part).toLowerCase()];
  const [from, to] = [number(right), number(left)];
  if (length === undefined || from === null || to === null) return null;
  return Math.floor(to / length) - Math.floor(from / length);
}

function format(date: Value | undefined, pattern: Value | undefined): Value {
  const at = number(date);
  if (at === null) return "";
  const [year = "", month = "", dayOfMonth = "", hour = "", minute = "", second = ""] =
    formatDatetime(at).split(/[-T:.]/);
  const parts = { yyyy: year, MM: month, dd: dayOfMonth, HH: hour, mm: minute, ss: second };
  return text(pattern).replace(/yyyy|MM|dd|HH|mm|ss/g, (name) => parts[name as keyof typeof parts]);
}

const round: ScalarFunction = {
  parameters: ["any", "any"],
  least: 2,
  most: 2,
  type: ([value, size]) =>
    (value === "datetime" || value === "timespan") && size === "timespan"
      ? value
      : size === "long" && value === "long"
        ? "long"
        : value === "real" || size === "real"
          ? "real"
          : null,
  keepsName: true,
  run: ({ values }) => {
    const [value, size] = [number(values[0]), number(values[1])];
    return value === null || !size ? null : Math.floor(value / size) * size;
  },
};

const now: ScalarFunction = {
  parameters: ["timespan"],
  least: 0,
  most: 1,
  type: () => "datetime",
  keepsName: false,
  run: (call) => call.now + (number(call.values[0]) ?? 0),
};

/** Functions on datetimes; `now` is the caller's clock. */
export const timeFunctions: Readonly<Record<string, ScalarFunction>> = {
  now,
  ago: { ...now, least: 1, run: (call) => call.now - (number(call.values[0]) ?? 0) },
  bin: round,
  floor: round,
  datetime_add: fixed(["text", "number", "datetime"], "datetime", add),
  datetime_diff: fixed(["text", "datetime", "datetime"], "long", difference),
  format_datetime: fixed(["datetime", "text"], "string", format),
  startofday: fixed(["datetime"], "datetime", (at = null) =>
    typeof at === "number" ? Math.floor(at / day) * day : null,
  ),
};
