import { caseIdOf } from "../../../shared/domain/key.ts";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import type { TriggerDependencies } from "../dependencies.ts";
import type { OperatorCall } from "./operator-function.ts";

/** What an operator did. */
export type OperatorAct = Pick<LedgerEntry, "subject" | "act" | "reason" | "before" | "after">;

/** Writes an operator's act into the ledger, with who called; before the act, so that none goes unseen. */
export async function noteOperator(
  { gateways, newId, appVersion, policyHash, settings }: TriggerDependencies,
  { by, now }: Pick<OperatorCall, "by" | "now">,
  act: OperatorAct,
): Promise<void> {
  await gateways.ledger.write({
    ...act,
    id: newId(),
    at: now.toISOString(),
    caseId: caseIdOf(act.subject),
    kind: "operator",
    rule: null,
    appVersion,
    policyHash,
    stage: settings.stage,
    by,
    correlationId: null,
    addedCost: null,
  });
}

/** Stands in the ledger where an act is about the system and no resource. */
export const wholeSystem = "system";
