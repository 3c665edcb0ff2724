import type { RuleName } from "./policy.ts";

/** Why something was left as it is. */
export type LeaveReason =
  | "compliant"
  | "not-required"
  | "exempt"
  | "paused"
  | "stage"
  | "limit"
  | "stopped"
  | "busy"
  | "young"
  | "would-block"
  | "azure-policy-remediates"
  | "taken-back"
  | "unreadable"
  | "not-registered"
  | "no-policy-reports"
  | "not-scanned"
  | "stopped-by-operator";

/** What can be done to Azure; `enable-plan:<name>` names its plan. */
export type ActName = "enable-addon" | "enable-sensor" | "write-tags" | `enable-plan:${string}`;

/** What was decided about one rule for one subject, and why. */
export type Decision =
  | {
      readonly kind: "act";
      readonly rule: RuleName;
      readonly act: ActName;
      /** One line for people. */
      readonly detail: string;
    }
  | {
      readonly kind: "leave";
      readonly rule: RuleName;
      readonly act: ActName | null;
      readonly reason: LeaveReason;
      /** One line for people, with the names that matter. */
      readonly detail: string;
      /** ISO time of the next look that this reason asks for; null = the next scan is enough. */
      readonly lookAgain: string | null;
    };

/** Azure's no to an act, as a case remembers it. */
export interface RefusedAct {
  readonly act: ActName;
  readonly rule: RuleName;
  readonly at: string;
  readonly code: string;
  readonly message: string;
  /** What would mend it, when we know: a command or a right. */
  readonly fix: string | null;
}
