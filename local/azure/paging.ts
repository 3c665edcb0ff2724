import { badRequest } from "./arm-fault.ts";
import type { Answer } from "./exchange.ts";
import { type AzureRequest, queryOf } from "./exchange.ts";
import type { Json, JsonObject } from "./json.ts";

/** A list answer of Azure Resource Manager: one page, with `nextLink` while there are more. */
export function listAnswer(request: AzureRequest, items: readonly Json[], size: number): Answer {
  const start = readToken(queryOf(request, "$skiptoken"));
  const body: JsonObject = { value: items.slice(start, start + size) };
  if (start + size >= items.length) return { status: 200, body };
  const next = new URL(request.url);
  next.searchParams.delete("$skiptoken");
  next.searchParams.set("$skiptoken", String(start + size));
  return { status: 200, body: { ...body, nextLink: next.href } };
}

function readToken(token: string | null): number {
  if (token === null) return 0;
  const start = Number(token);
  if (Number.isInteger(start) && start > 0) return start;
  throw badRequest(`The skip token '${token}' is not one that was handed out.`, "InvalidSkipToken");
}
