import type { Case } from "../domain/case.ts";
import type { ActName, Decision } from "../domain/decision.ts";
import type { NextAct, NextStage } from "../domain/operators-report.ts";
import type { InForce } from "../domain/policy.ts";
import { isOpenFinding } from "./findings.ts";
import { estimatesOf } from "./kept-estimates.ts";
import { may, stageAfter } from "./stage.ts";
import { planOf } from "./words.ts";

const mostNames = 10;

/**
 * What the stage after the present one would do at once: acts that only the stage holds back now,
 * owners it would write to, and what it would add to the bill. Null after the last stage.
 */
export function nextStage(cases: readonly Case[], inForce: InForce): NextStage | null {
  const stage = stageAfter(inForce.stage);
  if (stage === null) return null;
  const { currency, asOf } = inForce.policy.prices;
  const waiting = cases.map((one) => ({ one, acts: heldByStage(one, inForce) }));
  const estimates = waiting.flatMap(({ one, acts }) => {
    const plans = new Set(acts.map((act) => planOf(act)?.toLowerCase()));
    const held = estimatesOf(one.facts).filter(({ plan }) => plans.has(plan.toLowerCase()));
    return held.map((estimate) => ({ name: one.name, ...estimate }));
  });
  return {
    stage,
    acts: counted(waiting),
    ownersMailed: may(stage).mail && !may(inForce.stage).mail ? ownersOf(cases) : 0,
    addedCost: {
      perMonth: estimates.reduce((sum, { perMonth }) => sum + (perMonth ?? 0), 0),
      currency,
      asOf,
    },
    unpriced: estimates.flatMap(({ name, perMonth, unknown }) =>
      perMonth === null ? [{ name, why: unknown ?? "no price" }] : [],
    ),
  };
}

/** Nothing that is there today is newer than a stage that begins tomorrow. */
function heldByStage({ decisions }: Case, { stage, policy }: InForce): readonly ActName[] {
  const next = may(stageAfter(stage) ?? stage);
  return decisions.flatMap((decision) => {
    if (decision.kind !== "leave" || decision.reason !== "stage" || decision.act === null)
      return [];
    if (isObserved(decision, policy)) return [];
    const begins = decision.act === "write-tags" ? next.tag && !may(stage).tag : next.fixAll;
    return begins ? [decision.act] : [];
  });
}

const isObserved = ({ rule }: Decision, { rules }: InForce["policy"]): boolean =>
  rules[rule].mode === "observe";

function counted(
  waiting: readonly { readonly one: Case; readonly acts: readonly ActName[] }[],
): readonly NextAct[] {
  const names = new Map<ActName, string[]>();
  for (const { one, acts } of waiting) {
    for (const act of new Set(acts)) names.set(act, [...(names.get(act) ?? []), one.name]);
  }
  return [...names].map(([act, all]) => ({
    act,
    count: all.length,
    names: all.slice(0, mostNames),
  }));
}

/** Sets of recipients with something open to be told. */
export function ownersOf(cases: readonly Case[]): number {
  const sets = cases
    .filter(({ findings }) => findings.some(isOpenFinding))
    .map(({ recipients }) => recipients?.to.join() ?? "");
  return new Set(sets.filter((set) => set !== "")).size;
}
