import { badRequest } from "../arm-fault.ts";
import type { Time } from "../clock.ts";
import { type AzureRequest, queryOf } from "../exchange.ts";
import type { JsonObject } from "../json.ts";
import { cell, compare, readFilter } from "./odata.ts";

/** The options of a query of policy states, as its address carries them. */
export interface StateQuery {
  readonly from: Time;
  readonly to: Time;
  readonly top: number | null;
  readonly skip: number;
  readonly filter: string | null;
  readonly orderBy: string | null;
  readonly select: string | null;
  /** Lower case. */
  readonly expand: string;
}

const day = 24 * 3_600_000;

/** Reads the options; `now` is where the window ends by default, and it is a day long. */
export function readQuery(request: AzureRequest, now: Time): StateQuery {
  if (queryOf(request, "$apply") !== null) {
    throw badRequest("The query option $apply is not supported here.", "InvalidApplyInQueryString");
  }
  const resumed = readToken(queryOf(request, "$skiptoken"));
  const to = resumed?.to ?? timeOf(request, "$to") ?? now;
  const from = timeOf(request, "$from") ?? to - day;
  if (from >= to) throw badRequest("$from must be before $to.", "InvalidTimeRange");
  return {
    from,
    to,
    top: numberOf(request, "$top"),
    skip: resumed?.skip ?? 0,
    filter: queryOf(request, "$filter"),
    orderBy: queryOf(request, "$orderby"),
    select: queryOf(request, "$select"),
    expand: queryOf(request, "$expand")?.toLowerCase() ?? "",
  };
}

function timeOf(request: AzureRequest, name: string): Time | null {
  const text = queryOf(request, name);
  if (text === null) return null;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw badRequest(`'${text}' is no time for ${name}.`, "InvalidTimestampInQueryString");
}

function numberOf(request: AzureRequest, name: string): number | null {
  const text = queryOf(request, name);
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`'${text}' is no number for ${name}.`, "InvalidTopInQueryString");
}

/** Filters, sorts (newest first by default) and cuts to `$top`. */
export function answerRows(rows: readonly JsonObject[], query: StateQuery): readonly JsonObject[] {
  const kept = query.filter === null ? rows : rows.filter(readFilter(query.filter));
  const sorted = sortRows(kept, query.orderBy ?? "timestamp desc");
  return query.top === null ? sorted : sorted.slice(0, query.top);
}

function sortRows(rows: readonly JsonObject[], orderBy: string): readonly JsonObject[] {
  const keys = orderBy.split(",").map((part) => {
    const [field = "", direction = "desc"] = part.trim().split(/\s+/);
    return { field, sign: direction.toLowerCase() === "asc" ? 1 : -1 };
  });
  return rows.toSorted((a, b) => {
    for (const { field, sign } of keys) {
      const order = compare(cell(a, field), cell(b, field)) * sign;
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Only the selected columns, when `$select` names some. */
export function selected(row: JsonObject, { select }: StateQuery): JsonObject {
  if (select === null) return row;
  const wanted = select.split(",").map((name) => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) => name.startsWith("@") || wanted.includes(name.toLowerCase()),
    ),
  );
}

/** The address of the next page: the same query, held to the same moment. */
export function nextLink(request: AzureRequest, query: StateQuery, skip: number): string {
  const next = new URL(request.url);
  for (const name of [...next.searchParams.keys()]) {
    if (name.toLowerCase() === "$skiptoken") next.searchParams.delete(name);
  }
  const token = Buffer.from(JSON.stringify({ skip, to: query.to })).toString("base64url");
  next.searchParams.set("$skiptoken", token);
  return next.href;
}

function readToken(token: string | null): { skip: number; to: Time } | null {
  if (token === null) return null;
  const text = Buffer.from(token, "base64url").toString();
  const parts = /^\{"skip":(\d+),"to":(\d+)\}$/.exec(text);
  if (!parts) throw badRequest(`The skip token '${token}' was not handed out.`, "InvalidSkipToken");
  return { skip: Number(parts[1]), to: Number(parts[2]) };
}
