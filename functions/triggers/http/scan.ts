import { systemSubjects } from "../../../shared/domain/subject.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { json } from "./answers.ts";
import { noteOperator, wholeSystem } from "./operator-entry.ts";
import { type OperatorCall, registerOperatorFunction } from "./operator-function.ts";

/** Registers asking for a scan of all subscriptions now. */
export function registerScan(app: FunctionApp, deps: TriggerDependencies): void {
  registerOperatorFunction(app, deps, {
    name: "startScan",
    route: "scan",
    methods: ["POST"],
    handle: async (call) => {
      await noteOperator(deps, call, {
        subject: wholeSystem,
        act: "scan",
        reason: "asked for",
        before: null,
        after: null,
      });
      await requestScan(deps, call);
      return json(202, { scan: "due", at: call.now.toISOString() });
    },
  });
}

/** Puts the scan on the agenda for now, and starts it where that can be. */
export async function requestScan(
  { gateways }: Pick<TriggerDependencies, "gateways">,
  { now, runs }: Pick<OperatorCall, "now" | "runs">,
): Promise<void> {
  const subject = systemSubjects.scan;
  await gateways.agenda.mark({ subject, kind: "scan", at: now.toISOString() });
  await runs.startUnlessAlive("scan", subject);
}
