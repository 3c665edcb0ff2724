import type { SubscriptionFacts } from "../../shared/azure/ports.ts";
import { judgeSubscription } from "../../shared/decisions/judge-subscription.ts";
import { estimatesOf, keptEstimates } from "../../shared/decisions/kept-estimates.ts";
import { cameOn } from "../../shared/decisions/plan-cover.ts";
import { decidePlans, type PlanVerdict } from "../../shared/decisions/plans.ts";
import { noteTakenBack } from "../../shared/decisions/taken-back.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { isKeptWaiting, observe, patiently } from "../../shared/durable/patience.ts";
import { type Orchestration, timeOf } from "../../shared/durable/steps.ts";
import { adoptIntended } from "./adopt.ts";
import { type Conclusion, conclude, concludeGone, endEarly } from "./conclude.ts";
import { type CarriedOut, carryOut, caseSoFar, type Doing, nothingDone } from "./doing.ts";
import { planChange, shownPlan } from "./plan-changes.ts";
import type { AnswerOf, Ending, Run } from "./run.ts";
import { concludeUnreadable } from "./unreadable.ts";
import { type Work, workOn } from "./work.ts";

/** A subscription as this look saw and left it. */
interface Look extends Work {
  readonly subscription: SubscriptionFacts;
  readonly observed: Observation;
  readonly doing: Doing;
}

type Observation =
  ReturnType<typeof observeSubscription> extends Orchestration<infer Found> ? Found : never;

/** Looks at one subscription, from reading it to recording its case. */
export function* lookAtSubscription(
  run: Run,
  early?: AnswerOf<"findSubscription">,
): Orchestration<Ending> {
  const { context, steps, subject } = run;
  const named = namedBy(subject);
  const { subscriptionId } = named;
  const work = workOn(run, "subscription");
  const found = yield* patiently(context, () => steps.findSubscription(named), early);
  if (found.kind === "gone") return concludeGone(work);
  if (found.kind !== "found") {
    return yield* concludeUnreadable(work, found, { rule: "plans", parts: ["plans"] });
  }
  const { subscription } = found;
  const observed = yield* observeSubscription(run, subscription);
  const look = Object.assign(work, { subscription, observed, doing: nothingDone(work) });
  const covered = yield* cover(look);
  if (covered.end !== "done") return endEarly(covered.end);
  const conclusion = yield* conclusionOf(look, covered.verdicts);
  const { before } = look;
  const { findings } = conclusion.result;
  if (cameOn({ before, findings, changes: look.doing.changes })) {
    yield* steps.lookAtCovered({ subscriptionId });
  }
  return conclude(look, conclusion);
}

/** The subscription of a subject, as activities want it. */
export const namedBy = (subject: string) => ({
  subscriptionId: parseResourceId(subject)?.subscriptionId ?? "",
});

function* observeSubscription(run: Run, { id: subscriptionId, tags }: SubscriptionFacts) {
  const { context, steps, subject } = run;
  return yield* observe(context, {
    plans: () => steps.listPlans({ subscriptionId }),
    protectable: () => steps.protectable({ subscriptionId }),
    assignments: () => steps.listAssignments({ subject }),
    firstSeen: () => steps.firstSeen({ subscriptionId }),
    alerts: () => steps.listAlerts({ subject }),
    owners: () => steps.ownerFacts({ subject, tags }),
  });
}

interface Covered {
  readonly end: CarriedOut;
  readonly verdicts: readonly PlanVerdict[];
}

/** Plans: what earlier runs began, what others took back, what is decided; one write at a time. */
function* cover(look: Look): Orchestration<Covered> {
  const { observed, doing, taken } = look;
  if (observed.plans.kind === "known") {
    const plans = observed.plans.value;
    yield* adoptIntended(look, doing, (act, value) => shownPlan(plans, act, value) === value);
    const seen = Object.fromEntries(
      doing.writes.map(({ act, value }) => [act, shownPlan(plans, act, value)]),
    );
    const by = { by: taken.row.by, now: timeOf(look.context) };
    doing.writes = noteTakenBack(doing.writes, seen, by);
  }
  const verdicts = decide(look, observed.plans);
  for (const verdict of verdicts) {
    const end = yield* carryOut(look, doing, {
      decision: verdict.decision,
      change: changeFor(look, verdict),
    });
    if (end !== "done") return { end, verdicts };
  }
  return { end: "done", verdicts };
}

function decide(look: Look, plans: Observation["plans"]): readonly PlanVerdict[] {
  const { subscription, observed } = look;
  const { protectable, assignments, firstSeen } = observed;
  const now = timeOf(look.context);
  const facts = {
    subscription,
    plans,
    protectable,
    assignments,
    firstSeen: firstSeen.at,
    case: caseSoFar(look),
    now,
  };
  return decidePlans(facts, look.taken.inForce);
}

function changeFor(look: Look, { decision, target, estimate }: PlanVerdict) {
  if (decision.kind === "leave" || !target) return null;
  const { plans } = look.observed;
  const known = plans.kind === "known" ? plans.value : [];
  return planChange(look, {
    rule: decision.rule,
    detail: decision.detail,
    target,
    before: known.find((plan) => plan.name === target.name) ?? null,
    addedCost: estimate?.perMonth ?? null,
  });
}

/** Judges the plans as they are now: what was just switched on is found no more. */
function* conclusionOf(look: Look, decided: readonly PlanVerdict[]): Orchestration<Conclusion> {
  const { context, steps, subscription, observed, doing } = look;
  const subscriptionId = look.base.subscriptionId;
  const changed = doing.changes.length > 0;
  const plans = changed
    ? (yield* observe(context, { plans: () => steps.listPlans({ subscriptionId }) })).plans
    : observed.plans;
  const verdicts = changed ? decide(look, plans) : decided;
  const judged = judgeSubscription(
    {
      subscriptionId,
      verdicts,
      plans,
      alerts: observed.alerts,
      case: look.before,
      now: timeOf(context),
    },
    look.taken.inForce,
  );
  const { writes, decisions, refusals } = doing;
  const earlier = estimatesOf(look.base.facts);
  const estimates = keptEstimates({ earlier, decided, verdicts, writes });
  return {
    result: {
      resourceId: look.subject,
      name: subscription.name,
      subscriptionName: subscription.name,
      parts: judged.parts,
      findings: judged.findings,
      decisions,
      refusals,
      writes,
      unknownLooks: 0,
      lookAgain: null,
      facts: { tags: subscription.tags, estimates, estimate: null },
    },
    alerts: observed.alerts,
    changes: doing.changes,
    owners: observed.owners,
    soon: isKeptWaiting({ ...observed }) ? 15 : null,
    outcome: judged.findings.some((one) => one.resolvedAt === null) ? "findings" : "covered",
  };
}
