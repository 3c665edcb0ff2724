import * as z from "zod";
import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refusal } from "./errors.ts";

/** Booleans travel as "True" and "False", in either case, and sometimes as booleans. */
const Flag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((value) => String(value).toLowerCase() === "true");

const Extension = z.looseObject({
  name: z.string(),
  isEnabled: Flag,
  additionalExtensionProperties: z.unknown().optional(),
  operationStatus: z
    .object({ code: z.string().nullish(), message: z.string().nullish() })
    .nullish(),
});

/** A pricing as `GET`, `list` and Resource Graph answer it. */
export const Pricing = z.object({
  name: z.string(),
  properties: z.object({
    pricingTier: z.string().nullish(),
    subPlan: z.string().nullish(),
    extensions: z.array(Extension).nullish(),
    deprecated: Flag,
    replacedBy: z.array(z.string()).nullish(),
    enablementTime: z.string().nullish(),
    freeTrialRemainingTime: z.string().nullish(),
  }),
});

/** A pricing as Azure says it. */
export type Pricing = z.output<typeof Pricing>;

/** All pricings of a subscription: there are no pages. */
export const Pricings = z.object({ value: z.array(Pricing) });

/** The plan that a pricing is. */
export function planOf({ name, properties }: Pricing): DefenderPlan {
  return {
    name,
    on: isOn(properties),
    subPlan: properties.subPlan || null,
    extensions: (properties.extensions ?? []).map(({ name: extension, isEnabled, ...rest }) => ({
      name: extension,
      on: isEnabled,
      failure: failureOf(rest.operationStatus),
    })),
    deprecated: properties.deprecated,
    replacedBy: properties.replacedBy ?? [],
    enabledAt: properties.enablementTime ?? null,
    trialLeft: properties.freeTrialRemainingTime ?? null,
  };
}

const isOn = ({ pricingTier }: Pricing["properties"]): boolean =>
  pricingTier?.toLowerCase() === "standard";

const failureOf = (status: z.output<typeof Extension>["operationStatus"]): string | null =>
  status?.code?.toLowerCase() === "failed" ? (status.message ?? "failed") : null;

/** Extensions that a plan switches on by itself unless it is told not to. */
const extensionsOf: Readonly<Record<string, readonly string[]>> = {
  Containers: [
    "ContainerRegistriesVulnerabilityAssessments",
    "AgentlessDiscoveryForKubernetes",
    "AgentlessVmScanning",
    "ContainerSensor",
    "ContainerIntegrityContribution",
  ],
  "VirtualMachines P1": ["MdeDesignatedSubscription"],
  "VirtualMachines P2": [
    "AgentlessVmScanning",
    "MdeDesignatedSubscription",
    "FileIntegrityMonitoring",
  ],
  CloudPosture: [
    "AgentlessVmScanning",
    "AgentlessDiscoveryForKubernetes",
    "SensitiveDataDiscovery",
    "ContainerRegistriesVulnerabilityAssessments",
    "EntraPermissionsManagement",
    "ApiPosture",
  ],
};

/**
 * The body that makes a plan what it shall become: the sub-plan in use unless a higher one is
 * wanted, and every extension by name. What is on stays on; what nobody asked for is sent as off,
 * because a plan switched on without a list brings all of its extensions, and their cost.
 */
export function pricingBody({ properties }: Pricing, target: PlanTarget) {
  const subPlan = subPlanOf(properties, target);
  const current = properties.extensions ?? [];
  const on = isOn(properties);
  const named = new Map(current.map((extension) => [extension.name.toLowerCase(), extension]));
  const bySubPlan = extensionsOf[`${target.name} ${subPlan}`];
  const known = on ? [] : (extensionsOf[target.name] ?? bySubPlan ?? []);
  const wanted = new Set(target.extensions.map((name) => name.toLowerCase()));
  const names = new Map(
    [...known, ...target.extensions, ...current.map(({ name }) => name)].map((name) => [
      name.toLowerCase(),
      name,
    ]),
  );
  const extensions = [...names].map(([key, name]) => {
    const found = named.get(key);
    const enabled = wanted.has(key) || (on && found?.isEnabled === true);
    const extra = found?.additionalExtensionProperties;
    return {
      name,
      isEnabled: enabled ? "True" : "False",
      ...(extra === undefined || extra === null ? {} : { additionalExtensionProperties: extra }),
    };
  });
  return {
    properties: {
      pricingTier: "Standard",
      ...(subPlan === null ? {} : { subPlan }),
      ...(extensions.length === 0 ? {} : { extensions }),
    },
  };
}

/** P1 may become P2; nothing else that is in use is changed, and P2 is never lowered. */
function subPlanOf(properties: Pricing["properties"], target: PlanTarget): string | null {
  const current = (isOn(properties) && properties.subPlan) || null;
  if (current === null) return target.subPlan ?? (properties.subPlan || null);
  const raised = current.toUpperCase() === "P1" && target.subPlan?.toUpperCase() === "P2";
  return raised ? target.subPlan : current;
}

/** Whether a plan already is what it shall become. */
export function meets(pricing: Pricing, target: PlanTarget): boolean {
  const plan = planOf(pricing);
  const on = new Set(
    plan.extensions.filter((each) => each.on).map(({ name }) => name.toLowerCase()),
  );
  return (
    plan.on &&
    subPlanOf(pricing.properties, target) === plan.subPlan &&
    target.extensions.every((name) => on.has(name.toLowerCase()))
  );
}

/** What an answer of success leaves undone: 200 can hold extensions that failed. */
export function shortfall(pricing: Pricing, target: PlanTarget): Refusal | null {
  const plan = planOf(pricing);
  if (!plan.on) return refusal("PlanNotEnabled", `Azure left the plan ${plan.name} off.`, 200);
  const failed = plan.extensions.filter(({ failure }) => failure !== null);
  if (failed.length > 0) {
    const list = failed.map(({ name, failure }) => `${name}: ${failure}`).join("; ");
    return refusal("ExtensionFailed", `${list}. ${rightFor(list)}`, 200);
  }
  if (meets(pricing, target)) return null;
  const off = target.extensions.filter(
    (wanted) =>
      !plan.extensions.some(({ name, on }) => on && name.toLowerCase() === wanted.toLowerCase()),
  );
  const what = off.length > 0 ? off.join(", ") : `sub-plan ${target.subPlan}`;
  return refusal("ExtensionNotEnabled", `Azure accepted the plan but left off: ${what}.`, 200);
}

/** Defender gives its own identities roles when extensions come on; that takes an owner's right. */
const rightFor = (text: string): string =>
  /assign/i.test(text)
    ? "Missing right: Microsoft.Authorization/roleAssignments/write on the subscription (Owner)."
    : "";

/** Plan, sub-plan and extensions as the ledger keeps them; one that failed did not come on. */
export function showPlan(pricing: Pricing): string {
  const { on, subPlan, extensions } = planOf(pricing);
  const cameOn = extensions.filter((each) => each.on && each.failure === null);
  const names = cameOn.map(({ name }) => name);
  return JSON.stringify({ on, subPlan, extensions: names });
}
