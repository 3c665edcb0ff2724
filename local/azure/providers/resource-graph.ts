import { createHash } from "node:crypto";
import { ArmFault, badRequest } from "../arm-fault.ts";
import type { Answer, Route, RoutedRequest } from "../exchange.ts";
import { createDelayedView } from "../graph/freshness.ts";
import { type GraphTable, graphColumns, readActionOf, rowOf, tableOf } from "../graph/rows.ts";
import { readBody, readScope } from "../graph/scope.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { evaluate } from "../kql/evaluate.ts";
import { KqlFault, placeOf } from "../kql/fault.ts";
import { checkLimits } from "../kql/limits.ts";
import { parseKql } from "../kql/parse-query.ts";
import { jsonOf, type Row, type ScalarType, type Table } from "../kql/values.ts";
import type { AzureParts } from "../parts.ts";
import { builtinsOf } from "../policy/catalog.ts";
import type { PolicyEngine } from "../policy/engine.ts";
import { confirmedAt } from "../policy/record.ts";
import { graphState } from "../policy/rows.ts";
import { subscriptionType } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import { resourceGraphLimit } from "../throttling.ts";

const versions = ["2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01"];
const tables: ReadonlySet<string> = new Set<GraphTable>([
  "resources",
  "resourcecontainers",
  "securityresources",
  "policyresources",
  "authorizationresources",
]);

/** Most rows of one page. */
const pageRows = 1000;

/** Azure Resource Graph: queries over everything that the caller may read, a moment behind. */
export function createResourceGraphRoutes(parts: AzureParts, engine: PolicyEngine): Route[] {
  const view = createDelayedView({ ...parts, delay: parts.delays.graph });
  const data = { parts, engine, view, last: createLastResult(parts) };
  return [
    {
      method: "POST",
      template: "/providers/Microsoft.ResourceGraph/resources",
      versions,
      action: null,
      reads: true,
      limits: (request) => ({ limits: [resourceGraphLimit(request)], instead: true }),
      act: ({ body }) => askedFor(textAt(body, "query") ?? ""),
      handle: (request) => answer(request, data),
    },
  ];
}

/** The table of a query and the first type that it names: `resources managedclusters`. */
function askedFor(query: string): string {
  const table = /^\s*(\w+)/.exec(query)?.[1] ?? "";
  const type = /'microsoft\.[\w.]+\/(?:[\w.]+\/)*([\w.]+)'/i.exec(query)?.[1];
  return type ? `${table} ${type}` : table;
}

interface GraphData {
  readonly parts: AzureParts;
  readonly engine: PolicyEngine;
  readonly view: ReturnType<typeof createDelayedView>;
  readonly last: LastResult;
}

/** What the last query came to, for its further pages: none is worked out anew while nothing moves. */
interface LastResult {
  of(body: JsonObject, work: () => Table): Table;
}

function createLastResult({ store, clock }: AzureParts): LastResult {
  let changes = 0;
  let last: { readonly key: string; readonly table: Table } | null = null;
  store.watch(() => {
    changes += 1;
  });
  return {
    of(body, work) {
      const { $skipToken: token, ...options } = objectAt(body, "options");
      const key = JSON.stringify([{ ...body, options }, clock.now(), changes]);
      const table = token && last?.key === key ? last.table : work();
      last = { key, table };
      return table;
    },
  };
}

function answer(request: RoutedRequest, data: GraphData): Answer {
  const { parts } = data;
  checkAccess(request, parts);
  const body = readBody(request.body);
  const inQuery = readScope(parts.store, body);
  try {
    const query = parseKql(body.query);
    checkLimits(query);
    const table = (name: string): Table | null =>
      tables.has(name) ? tableRows(name as GraphTable, data, inQuery) : null;
    const result = data.last.of(body, () => evaluate(query, { table, now: parts.clock.now() }));
    return { status: 200, headers: quotaHeaders, body: page(result, body) };
  } catch (error) {
    if (error instanceof KqlFault) return invalidQuery(request, error, body.query, parts.nowIso());
    throw error;
  }
}

const quotaHeaders = {
  "x-ms-user-quota-resets-after": "00:00:05",
  "x-ms-tenant-subscription-limit-hit": "false",
};

function checkAccess({ caller }: RoutedRequest, { store, isAllowed }: AzureParts): void {
  const action = "Microsoft.ResourceGraph/resources/read";
  if (store.list(subscriptionType).some(({ id }) => isAllowed(action, id))) return;
  throw new ArmFault(403, "AccessDenied", {
    message: `The client '${caller.objectId}' does not have authorization to perform action '${action}'.`,
  });
}

function tableRows(
  name: GraphTable,
  { parts, engine, view }: GraphData,
  inQuery: (resource: Resource) => boolean,
): Table {
  const stored = view.resources().filter(({ id }) => tableOf(id) === name);
  const extra = name === "policyresources" ? policyRows(parts, engine) : [];
  const rows = [...stored, ...extra]
    .filter(inQuery)
    .filter(({ id }) => parts.isAllowed(readActionOf(id), id))
    .map((resource) => rowOf(resource, parts));
  return { columns: graphColumns, rows };
}

function policyRows({ store, clock }: AzureParts, engine: PolicyEngine): readonly Resource[] {
  const now = clock.now();
  return [
    ...builtinsOf("policyDefinitions"),
    ...builtinsOf("policySetDefinitions"),
    ...engine.current().map((record) => graphState(store, record, confirmedAt(record, now))),
  ];
}

/** One page: `$skipToken` while there is more, which only a query that shows `id` gets. */
function page(table: Table, body: JsonObject & { readonly query: string }): JsonObject {
  const options = objectAt(body, "options");
  const resumed = readToken(options["$skipToken"], body.query);
  const top = numberOf(options, "$top") ?? resumed?.top ?? pageRows;
  const skip = numberOf(options, "$skip") ?? resumed?.skip ?? 0;
  if (top < 1 || top > pageRows) throw badRequest(`$top must be 1 to ${pageRows}.`, "BadRequest");
  const rows = table.rows.slice(skip, skip + top);
  const next = skip + rows.length;
  const more = next < table.rows.length;
  const canPage = table.columns.some(({ name }) => name === "id");
  return {
    totalRecords: table.rows.length,
    count: rows.length,
    data: options["resultFormat"] === "table" ? asTable(table, rows) : asObjects(table, rows),
    facets: [],
    resultTruncated: more && !canPage ? "true" : "false",
    ...(more && canPage ? { $skipToken: tokenOf({ skip: next, top, query: body.query }) } : {}),
  };
}

function numberOf(options: JsonObject, name: string): number | null {
  const value = options[name];
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw badRequest(`${name} must be a whole number.`, "BadRequest");
}

function hashOf(query: string): string {
  return createHash("sha256").update(query).digest("hex").slice(0, 16);
}

function tokenOf({ skip, top, query }: { skip: number; top: number; query: string }): string {
  return Buffer.from(JSON.stringify({ skip, top, query: hashOf(query) })).toString("base64");
}

function readToken(token: unknown, query: string): { skip: number; top: number } | null {
  if (token === undefined || token === null || token === "") return null;
  const text = Buffer.from(String(token), "base64").toString();
  const parts = /^\{"skip":(\d+),"top":(\d+),"query":"([0-9a-f]+)"\}$/.exec(text);
  if (parts?.[3] === hashOf(query)) return { skip: Number(parts[1]), top: Number(parts[2]) };
  throw badRequest("The $skipToken does not belong to this query.", "InvalidSkipToken");
}

function asObjects({ columns }: Table, rows: readonly Row[]): JsonObject[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, type }, at) => [name, jsonOf(row[at] ?? null, type)])),
  );
}

const columnTypes: Readonly<Record<ScalarType, string>> = {
  string: "string",
  long: "integer",
  real: "number",
  bool: "boolean",
  datetime: "datetime",
  timespan: "string",
  dynamic: "object",
};

function asTable({ columns }: Table, rows: readonly Row[]): JsonObject {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: columnTypes[type] })),
    rows: rows.map((row) => columns.map(({ type }, at) => jsonOf(row[at] ?? null, type))),
  };
}

/** The 400 of Resource Graph: what is wrong stands in `details`, with its place in the text. */
function invalidQuery(
  { correlationId }: RoutedRequest,
  fault: KqlFault,
  query: string,
  at: string,
): Answer {
  const { line, character } = placeOf(query, fault.offset);
  return {
    status: 400,
    headers: { "x-ms-error-code": "BadRequest" },
    body: {
      error: {
        code: "BadRequest",
        message: `Please provide below info when asking for support: timestamp = ${at}, correlationId = ${correlationId}.`,
        details: [
          {
            code: "InvalidQuery",
            message:
              "Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.",
          },
          {
            code: fault.code,
            message: fault.message,
            line,
            characterPositionInLine: character,
            token: fault.token,
          },
        ],
      },
    },
  };
}
