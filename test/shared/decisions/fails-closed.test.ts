import { expect, it } from "vitest";
import { type AddonFacts, decideAddon } from "../../../shared/decisions/addon.ts";
import { decidePlans, type PlanFacts } from "../../../shared/decisions/plans.ts";
import { decideSensor } from "../../../shared/decisions/sensor.ts";
import { known, unreadable } from "../../../shared/domain/refusal.ts";
import {
  aCluster,
  anInForce,
  aPlan,
  aPolicy,
  aProtectable,
  aSubscription,
  now,
} from "../../support/builders.ts";

/** Facts of which each is needed, and under which there is an act. */
const cluster: AddonFacts = {
  cluster: aCluster(),
  createdAt: known("2026-11-10T00:00:00.000Z"),
  provider: known(true),
  assignments: known([]),
  case: null,
  now,
};
const subscription: PlanFacts = {
  subscription: aSubscription(),
  plans: known([aPlan()]),
  protectable: known(aProtectable()),
  assignments: known([]),
  firstSeen: null,
  case: null,
  now,
};
const hidden = unreadable("403 AuthorizationFailed");
const { rules } = aPolicy();
const withSensor = anInForce({
  policy: aPolicy({ rules: { ...rules, sensor: { mode: "enforce", workspaceId: "/w" } } }),
});

it("acts while every fact can be read", () => {
  expect(decideAddon(cluster, anInForce()).kind).toBe("act");
  expect(decideSensor(cluster, withSensor).kind).toBe("act");
  expect(actsOn(subscription)).toHaveLength(1);
});

it.each(["provider", "assignments"] as const)(
  "leaves the add-on where one fact is hidden: %s",
  (fact) => {
    const decision = decideAddon({ ...cluster, [fact]: hidden }, anInForce());
    expect(decision).toMatchObject({ kind: "leave", reason: "unreadable" });
    expect(decision.detail).toContain("403 AuthorizationFailed");
  },
);

it("leaves the sensor where what is assigned is hidden", () => {
  const decision = decideSensor({ ...cluster, assignments: hidden }, withSensor);
  expect(decision).toMatchObject({ kind: "leave", reason: "unreadable" });
});

it.each(["plans", "protectable", "assignments"] as const)(
  "leaves every plan where one fact is hidden: %s",
  (fact) => {
    expect(actsOn({ ...subscription, [fact]: hidden })).toEqual([]);
  },
);

function actsOn(facts: PlanFacts) {
  return decidePlans(facts, anInForce()).filter(({ decision }) => decision.kind === "act");
}
