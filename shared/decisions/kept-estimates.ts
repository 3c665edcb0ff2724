import type { CaseFacts, Estimate, OwnWrite } from "../domain/case.ts";
import { planAct } from "./plan-objections.ts";
import type { PlanVerdict } from "./plans.ts";

/** The estimates of a case, also of one that an earlier version stored. */
export const estimatesOf = ({ estimates, estimate }: CaseFacts): readonly Estimate[] =>
  estimates ?? (estimate ? [estimate] : []);

/** What the estimates of a case come from. */
export interface Estimated {
  /** Of the case before, and what the run decided by. */
  readonly earlier: readonly Estimate[];
  readonly decided: readonly PlanVerdict[];
  /** Judged on the plans as they are now. */
  readonly verdicts: readonly PlanVerdict[];
  readonly writes: readonly OwnWrite[];
}

/**
 * An estimate for each plan that could cost something more, and for each that we switched on, as it
 * was then: mails tell the change later. What others switch on is nobody's estimate any more.
 */
export function keptEstimates(facts: Estimated): readonly Estimate[] {
  const plans = new Set(facts.verdicts.map(({ plan }) => plan));
  return [...plans].flatMap((plan) => {
    const ofPlan = facts.verdicts.filter((verdict) => verdict.plan === plan);
    const [now] = estimatesIn(ofPlan);
    if (now) return [now];
    const [then] = [...estimatesIn(facts.decided), ...facts.earlier].filter((one) =>
      isSame(one.plan, plan),
    );
    if (!then) return [];
    if (facts.writes.some(({ act }) => isSame(act, planAct(plan)))) {
      return [{ ...then, switchedOn: true }];
    }
    return ofPlan.some(isUnreadable) ? [then] : [];
  });
}

const estimatesIn = (verdicts: readonly PlanVerdict[]): readonly Estimate[] =>
  verdicts.flatMap(({ estimate }) => estimate ?? []);

const isUnreadable = ({ decision }: PlanVerdict): boolean =>
  decision.kind === "leave" && decision.reason === "unreadable";

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
