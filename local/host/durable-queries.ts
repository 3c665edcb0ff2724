import { statusBody } from "./durable-status.ts";
import type { Engine } from "./engine.ts";
import { isTerminal, type RuntimeStatus } from "./history.ts";
import { type HostRequest, type HostResponse, json } from "./http-message.ts";
import type { Store } from "./store.ts";
import type { InstanceFilter } from "./store-instances.ts";

const statuses: ReadonlySet<string> = new Set([
  ...["Running", "Completed", "ContinuedAsNew", "Failed"],
  ...["Canceled", "Terminated", "Pending", "Suspended"],
]);
const defaultPage = 100;
const tokenHeader = "x-ms-continuation-token";

/** Lists instances by filter, a page at a time; unknown statuses and dates that cannot be read are ignored. */
export function listInstances(store: Store, request: HostRequest): HostResponse {
  const { query, headers } = request;
  const top = Number(query.get("top") ?? defaultPage) || defaultPage;
  const token = headers[tokenHeader];
  const fromId = typeof token === "string" ? decodeToken(token) : undefined;
  if (fromId === null) return json(200, []);
  const filter = {
    ...readFilter(query),
    fromId,
    prefix: query.get("instanceIdPrefix") ?? undefined,
  };
  const found = store.listInstances(filter, top + 1);
  const view = { input: query.get("showInput") !== "false", history: false, output: false };
  const rows = found.slice(0, top).map((instance) => statusBody(instance, view, []));
  const next = found[top];
  return json(200, rows, next ? { [tokenHeader]: encodeToken(next.id) } : {});
}

/**
 * Purges what has ended, by filter. A filter without a terminal status is refused: the real host
 * then deletes everything, running instances too.
 */
export function purgeInstances(store: Store, engine: Engine, request: HostRequest): HostResponse {
  const filter = readFilter(request.query);
  if (filter.createdFrom === undefined) {
    return json(400, "Please provide value for 'createdTimeFrom' parameter.");
  }
  const ended = (filter.statuses ?? []).filter(isTerminal);
  if (ended.length === 0) {
    const Message =
      "Name at least one of the statuses Completed, Failed and Terminated, in this spelling: without one the real host deletes every instance, running ones too.";
    return json(400, { Message });
  }
  const found = store.listInstances({ ...filter, statuses: ended }, Number.MAX_SAFE_INTEGER);
  for (const { id } of found) engine.purge(id);
  return found.length === 0 ? { status: 404 } : json(200, { instancesDeleted: found.length });
}

function readFilter(query: URLSearchParams): InstanceFilter {
  const names = (query.get("runtimeStatus") ?? "").split(",").map((name) => name.trim());
  const known = names.filter((name): name is RuntimeStatus => statuses.has(name));
  return {
    createdFrom: readDate(query.get("createdTimeFrom")),
    createdTo: readDate(query.get("createdTimeTo")),
    statuses: known.length > 0 ? known : undefined,
  };
}

function readDate(text: string | null): number | undefined {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function encodeToken(id: string): string {
  return Buffer.from(id).toString("base64");
}

function decodeToken(token: string): string | null {
  const id = Buffer.from(token.trim(), "base64").toString("utf8");
  return encodeToken(id) === token.trim() ? id : null;
}
