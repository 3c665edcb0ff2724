import type { Case } from "../domain/case.ts";
import type { ActName, Decision, LeaveReason } from "../domain/decision.ts";
import type { InForce, Mode, RuleName } from "../domain/policy.ts";
import { exemptionFor, pausedUntil } from "./exemptions.ts";
import { may, mayChange } from "./stage.ts";
import { mayWriteAgain, truceUntil } from "./taken-back.ts";
import { after } from "./time.ts";

/** A decision to leave something as it is. */
export type Leave = Extract<Decision, { kind: "leave" }>;

/** A change that would put something right, before anything was held against it. */
export interface Wish {
  readonly rule: RuleName;
  readonly act: ActName;
  /** What is not as it should be, in a few words. */
  readonly detail: string;
  readonly mode: Mode;
  /** Whether the resource is newer than the stage. */
  readonly isNew: boolean;
}

/** Why a wish is not granted now. */
export interface Objection {
  readonly reason: LeaveReason;
  readonly detail: string;
  readonly lookAgain?: string | null;
}

/**
 * Grants a wish only if nothing speaks against it: the first objection wins, then the operators'
 * brake, the rule's mode and the stage. So "stage" means that nothing else is in the way.
 */
export function decide(
  wish: Wish,
  objections: readonly (Objection | null)[],
  inForce: InForce,
): Decision {
  const objection = objections.find((one) => one !== null) ?? heldBack(wish, inForce);
  const { rule, act, detail } = wish;
  return objection ? leave({ rule, act }, objection) : { kind: "act", rule, act, detail };
}

/** A decision to leave, for this reason. */
export function leave(
  about: { readonly rule: RuleName; readonly act: ActName | null },
  { reason, detail, lookAgain = null }: Objection,
): Leave {
  return { kind: "leave", rule: about.rule, act: about.act, reason, detail, lookAgain };
}

function heldBack({ rule, detail, mode, isNew }: Wish, inForce: InForce): Objection | null {
  const { stage, stopped } = inForce;
  if (mode === "observe") {
    return { reason: "stage", detail: `${detail}; the policy only observes this (rules.${rule})` };
  }
  if (stage === "fix-new" && !isNew) {
    const why = "only resources created since the stage was set are changed";
    return { reason: "stage", detail: `${detail}; ${why}` };
  }
  if (!may(stage).fixNew) {
    return { reason: "stage", detail: `${detail}; nothing is changed at the stage ${stage}` };
  }
  if (stopped) return stoppedBy(stopped);
  return mayChange(inForce, isNew) ? null : { reason: "stage", detail };
}

/** The brake that operators, or failed verifications, have pulled. */
export const stoppedBy = ({ by, why }: NonNullable<InForce["stopped"]>): Objection => ({
  reason: "stopped-by-operator",
  detail: `stopped by ${by}: ${why}`,
});

/** A fact that a safety check needs and that could not be read. */
export const unreadable = (what: string, why: string): Objection => ({
  reason: "unreadable",
  detail: `${what}: ${why}`,
});

/** An exemption that excuses the subject from the rule now. */
export function exempt(
  rule: RuleName,
  { subject, now }: { readonly subject: string; readonly now: string },
  { policy }: Pick<InForce, "policy">,
): Objection | null {
  const exemption = exemptionFor(policy, { subject, rule }, now);
  if (!exemption) return null;
  const { until, approvedBy, reason } = exemption;
  const detail = `until ${until}, approved by ${approvedBy}: ${reason}`;
  return { reason: "exempt", detail, lookAgain: dayAfter(until) };
}

/** A pause that the cluster's owners ask for by a tag. */
export function paused(tags: Readonly<Record<string, string>>, now: string): Objection | null {
  const until = pausedUntil(tags, now);
  if (until === null) return null;
  return { reason: "paused", detail: `until ${until}`, lookAgain: dayAfter(until) };
}

/** The first second of the day after. */
const dayAfter = (day: string): string => after(`${day}T00:00:00Z`, { days: 1, seconds: 1 });

/** What we wrote and others undid, as long as it is not repeated. */
export function takenBack(
  act: ActName,
  earlier: Pick<Case, "writes"> | null,
  now: string,
): Objection | null {
  const write = earlier?.writes.find((one) => one.act === act);
  if (!write || write.takenBack === 0 || mayWriteAgain(write, now)) return null;
  const until = truceUntil(write);
  const who = write.takenBackBy ?? "somebody";
  return until === "allowed by an operator"
    ? {
        reason: "taken-back",
        detail: `undone ${write.takenBack} times, last by ${who}; waits until an operator allows it`,
      }
    : { reason: "taken-back", detail: `undone by ${who}`, lookAgain: after(until, { seconds: 1 }) };
}

/**
 * When to look again at something that a later look may find changed: at the time already planned
 * for the same reason, once more after `delay`, and from then on only by scans.
 */
export function onceMore(
  reason: LeaveReason,
  { act, case: earlier, now }: Revisit,
  delay: Parameters<typeof after>[1],
): string | null {
  const last = earlier?.decisions.find((one) => one.act === act);
  if (last?.kind !== "leave" || last.reason !== reason) return after(now, delay);
  const isPlanned = last.lookAgain !== null && Date.parse(last.lookAgain) > Date.parse(now);
  return isPlanned ? last.lookAgain : null;
}

/** What an act was left for last, and the time. */
export interface Revisit {
  readonly act: ActName;
  readonly case: Pick<Case, "decisions" | "updatedAt"> | null;
  readonly now: string;
}
