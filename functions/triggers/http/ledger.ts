import type { HttpResponseInit } from "@azure/functions";
import * as z from "zod";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { parsePart, refuseMistakes, text } from "./answers.ts";
import { queryOf } from "./cases.ts";
import { ledgerCsv } from "./ledger-csv.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";

/** Registers reading the ledger, newest first, as JSON lines or CSV. */
export function registerLedger(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "readLedger",
    route: "ledger",
    methods: ["GET"],
    handle: (call) => readLedger(deps, call),
  });
}

const dayMs = 86_400_000;
const longestDays = 400;
/** More than this in one answer would outgrow the memory of a small instance. */
const mostLines = 20_000;

const day = z.iso.date("give a day as YYYY-MM-DD").optional();
const Query = z.strictObject({
  from: day,
  to: day,
  format: z.enum(["csv", "jsonl"], "give csv or jsonl").optional(),
});

async function readLedger(
  deps: TriggerDependencies,
  call: OperatorCall,
): Promise<HttpResponseInit> {
  const parsed = parsePart("query", Query, queryOf(call));
  if (parsed.kind === "no") return parsed.answer;
  const to = parsed.value.to ?? dayOf(call.now);
  const from = parsed.value.from ?? dayOf(new Date(Date.parse(to) - 7 * dayMs));
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  if (days < 0 || days > longestDays) {
    const message = `give a day up to ${to}, at most ${longestDays} days before it`;
    return refuseMistakes([{ path: "query.from", message }]);
  }
  const lines = await read(deps, from, to);
  const more = lines.length > mostLines ? { "x-more": "true" } : undefined;
  const entries = lines.slice(0, mostLines);
  return wantsCsv(call, parsed.value.format)
    ? text("text/csv; charset=utf-8; header=present", ledgerCsv(entries), {
        "content-disposition": `attachment; filename="ledger-${from}-${to}.csv"`,
        ...more,
      })
    : text("application/jsonl; charset=utf-8", jsonLines(entries), more);
}

/** One more than fits, to know that there are more. */
async function read(
  { gateways }: TriggerDependencies,
  from: string,
  to: string,
): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of gateways.ledger.list(from, to)) {
    entries.push(entry);
    if (entries.length > mostLines) break;
  }
  return entries;
}

function wantsCsv({ request }: OperatorCall, format: "csv" | "jsonl" | undefined): boolean {
  return format ? format === "csv" : /\btext\/csv\b/i.test(request.headers.get("accept") ?? "");
}

const jsonLines = (entries: readonly LedgerEntry[]): string =>
  entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
