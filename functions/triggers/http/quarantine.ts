import type { HttpResponseInit } from "@azure/functions";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { type FeedName, feedNames, readersOf } from "../feeds.ts";
import { takeIn } from "../intake.ts";
import { json, refuse } from "./answers.ts";
import { noteOperator, wholeSystem } from "./operator-entry.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";

/** Registers reading what could not be read, and trying one of it again. */
export function registerQuarantine(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "listQuarantine",
    route: "quarantine",
    methods: ["GET"],
    handle: async () => {
      const entries = await deps.gateways.quarantine.list();
      return json(200, { count: entries.length, entries });
    },
  });
  registerOperatorFunction(app, deps, {
    name: "replayQuarantine",
    route: "quarantine/{id}/replay",
    methods: ["POST"],
    handle: (call) => replay(deps, call),
  });
}

/** Takes the kept body in as if it had just come; it leaves the quarantine only when that works. */
async function replay(deps: TriggerDependencies, call: OperatorCall): Promise<HttpResponseInit> {
  const id = (call.request.params["id"] ?? "").slice(0, 100);
  const kept = await deps.gateways.quarantine.body(id);
  if (!kept) return refuse(404, "NotKept", "nothing is kept under this id; GET /api/quarantine");
  const { source } = kept.entry;
  if (!isFeed(source)) return refuse(409, "NoReader", `nothing reads what came by ${source} now`);
  const delivery = { bodies: [kept.body], read: readersOf(deps)[source] };
  const taken = await takeIn(deps, delivery, call.runs);
  if (taken.faults.length > 0) {
    const reasons = taken.faults.map(({ reason }) => reason).join("; ");
    return refuse(422, "StillUnreadable", reasons.slice(0, 1_000));
  }
  await noteOperator(deps, call, {
    subject: wholeSystem,
    act: `replay ${id}`,
    reason: kept.entry.reason,
    before: "kept aside",
    after: `${taken.alerts} alerts, ${taken.marks} to look at, ${taken.ignored} left`,
  });
  await deps.gateways.quarantine.remove(id);
  return json(200, { alerts: taken.alerts, looks: taken.marks, left: taken.ignored });
}

const isFeed = (source: string): source is FeedName =>
  (feedNames as readonly string[]).includes(source);
