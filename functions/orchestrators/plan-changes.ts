import type { DefenderPlan, PlanTarget } from "../../shared/domain/defender-plan.ts";
import type { RuleName } from "../../shared/domain/policy.ts";
import type { Refusal } from "../../shared/domain/refusal.ts";
import type { Change, Shown } from "./change.ts";
import type { AnswerOf } from "./run.ts";
import type { Work } from "./work.ts";
import { fixForWrite, underOf } from "./write-rights.ts";

/** A plan that shall become what its target says. */
export interface PlanWish {
  readonly rule: RuleName;
  readonly detail: string;
  readonly target: PlanTarget;
  readonly before: DefenderPlan | null;
  readonly addedCost: number | null;
}

/** Switching a Defender plan on, with the extensions that the baseline wants. */
export function planChange(work: Work, wish: PlanWish): Change<Plans> {
  const { steps } = work;
  const { target } = wish;
  const { subscriptionId } = work.base;
  return {
    act: `enable-plan:${target.name}`,
    rule: wish.rule,
    detail: wish.detail,
    addedCost: wish.addedCost,
    counted: true,
    before: planText(wish.before),
    value: targetText(target),
    partOf: (after) => targetText(JSON.parse(after) as PlanTarget),
    start: () => steps.enablePlan({ subscriptionId, target, under: underOf(work) }),
    read: () => steps.listPlans({ subscriptionId }),
    shows: (plans) => shownOf(plans, target),
    fixFor: (refusal) => fixForPlan(refusal, work),
  };
}

type Plans = AnswerOf<"listPlans">;

function shownOf(plans: Plans, target: PlanTarget): Shown {
  if (plans.kind !== "known") return "pending";
  const plan = plans.value.find((one) => one.name === target.name);
  return plan && fulfils(plan, target) ? "shown" : "missing";
}

/** Whether a plan is what the target asks for; more is fine. */
export function fulfils(plan: DefenderPlan, target: PlanTarget): boolean {
  const on = new Set(plan.extensions.filter((one) => one.on).map((one) => one.name));
  const subPlan = target.subPlan === null || heldBy(plan.subPlan).includes(target.subPlan);
  return plan.on && subPlan && target.extensions.every((name) => on.has(name));
}

/** A plan as the case compares it later: `off`, or `on` with what is on of it. */
export function planText(plan: DefenderPlan | null): string {
  if (!plan?.on) return "off";
  const names = plan.extensions.filter((one) => one.on).map((one) => one.name);
  return onText(plan.subPlan, names);
}

const targetText = ({ subPlan, extensions }: PlanTarget): string => onText(subPlan, extensions);

const onText = (subPlan: string | null, extensions: readonly string[]): string => {
  const parts = [...(subPlan ? [subPlan] : []), ...[...extensions].sort()];
  return parts.length === 0 ? "on" : `on: ${parts.join(", ")}`;
};

/** What Azure shows of a plan that we set, in the same words; more than we set is as good. */
export function shownPlan(plans: readonly DefenderPlan[], act: string, value: string): string {
  const name = act.slice("enable-plan:".length).toLowerCase();
  const shown = planText(plans.find((plan) => plan.name.toLowerCase() === name) ?? null);
  const has = new Set(wordsOf(shown).flatMap(heldBy));
  return wordsOf(value).every((word) => has.has(word)) ? value : shown;
}

/** What a sub-plan holds: of the two for servers the higher one holds the other. */
const heldBy = (subPlan: string | null): readonly (string | null)[] =>
  subPlan === "P2" ? ["P2", "P1"] : [subPlan];

const wordsOf = (text: string): readonly string[] => text.split(/[:,] /);

function fixForPlan(refusal: Refusal, work: Work): string | null {
  if (/assigning roles|role ?assignment/i.test(`${refusal.code} ${refusal.message}`)) {
    return "Grant the guardrail's identity the role Container Guardrail Extension Granter (level extensions): Defender assigns roles when extensions come on.";
  }
  return fixForWrite(refusal, work);
}
