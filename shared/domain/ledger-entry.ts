import type { ActName } from "./decision.ts";
import type { RuleName, Stage } from "./policy.ts";

/** One line of the ledger: an intended or made change, a decision to leave, a refusal, an operator's word. */
export interface LedgerEntry {
  /** GUID made in the orchestrator, so that a repeat overwrites its row. */
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  readonly caseId: string;
  readonly kind: "intent" | "change" | "leave" | "refusal" | "failure" | "operator";
  readonly rule: RuleName | null;
  readonly act: ActName | string;
  readonly reason: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly appVersion: string;
  readonly policyHash: string;
  readonly stage: Stage;
  /** Our identity, or the operator who called. */
  readonly by: string;
  /** x-ms-correlation-request-id of the write. */
  readonly correlationId: string | null;
  /** What a change costs a month, when it costs. */
  readonly addedCost: number | null;
}
