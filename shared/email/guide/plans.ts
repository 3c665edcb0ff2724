import type { PlanTarget } from "../../domain/defender-plan.ts";
import { shellWord } from "../shell-word.ts";
import {
  az,
  type Change,
  type GuideContext,
  inTemplates,
  type Recipe,
  type Recipes,
} from "./entry.ts";

interface Plan {
  readonly name: string;
  readonly title: string;
  readonly severity: Recipe["severity"];
  readonly why: string;
  readonly subPlan?: string | undefined;
  /** All that shall be on; none = whatever Azure switches on by itself. */
  readonly extensions?: readonly string[] | undefined;
}

const listed = "Azure bills what comes on from then on.";
const cost =
  "Azure bills it from then on. A switch without a list of extensions turns on every extension of the plan.";

const recipe = ({ title, severity, why, ...plan }: Plan): Recipe => ({
  title: `${title} off`,
  severity,
  why,
  source: "subscription",
  change: (context) => planChange(context, plan),
  check: (context) => [planShow(context, plan.name)],
  effect: plan.extensions?.length ? listed : cost,
});

/** How to switch a Defender plan on, by command and in templates. */
export function planChange(
  { subscriptionId }: Pick<GuideContext, "subscriptionId">,
  { name, subPlan, extensions = [] }: Pick<Plan, "name" | "subPlan" | "extensions">,
): readonly Change[] {
  const each = extensions.map((one) => ` --extensions name=${templateName(one)} isEnabled=True`);
  const options = `${subPlan ? ` --subplan ${shellWord(subPlan)}` : ""}${each.join("")}`;
  return [
    az(
      `az security pricing create -n ${shellWord(name)} --tier standard${options} --subscription ${shellWord(subscriptionId)}`,
    ),
    ...planInTemplates(name, subPlan ?? null, extensions),
  ];
}

/** The Terraform and Bicep lines that keep a plan as it is. */
export function planInTemplates(
  name: string,
  subPlan: string | null,
  extensions: readonly string[],
): readonly Change[] {
  const plan = templateName(name);
  const names = extensions.map(templateName);
  const terraform = [
    `azurerm_security_center_subscription_pricing: resource_type = "${plan}", tier = "Standard"`,
    ...(subPlan ? [`subplan = "${templateName(subPlan)}"`] : []),
    ...names.map((each) => `extension { name = "${each}" }`),
  ];
  const listed = names.map((each) => `{ name: '${each}', isEnabled: 'True' }`).join(", ");
  const bicep = [
    "pricingTier: 'Standard'",
    ...(subPlan ? [`subPlan: '${templateName(subPlan)}'`] : []),
    ...(listed ? [`extensions: [ ${listed} ]`] : []),
  ];
  return inTemplates(
    terraform.join(", "),
    `Microsoft.Security/pricings '${plan}': properties: { ${bicep.join(", ")} }`,
  );
}

/** Reads a Defender plan. */
export const planShow = (
  { subscriptionId }: Pick<GuideContext, "subscriptionId">,
  name: string,
): string =>
  `az security pricing show -n ${shellWord(name)} --subscription ${shellWord(subscriptionId)}`;

/** Names of plans are letters and digits; anything else does not reach a template. */
const templateName = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "");

const containers = recipe({
  name: "Containers",
  title: "Defender for Containers",
  severity: "High",
  why: "Nobody watches clusters and images of this subscription for attacks and known flaws.",
});
const servers = recipe({
  name: "VirtualMachines",
  title: "Defender for Servers",
  severity: "Medium",
  why: "Nobody watches the machines of this subscription, nodes among them, for attacks.",
  subPlan: "P1",
});
const posture = recipe({
  name: "CloudPosture",
  title: "Defender CSPM",
  severity: "Low",
  why: "Attack paths across resources stay unseen.",
});

/**
 * The plan of a finding of our own, such as `plan:Containers`: it may be off, lack extensions or
 * stand below a sub-plan, so the finding's own words say which, and its target what shall be on.
 */
export function planRecipe(name: string, title: string, target?: PlanTarget): Recipe {
  const usual = name.toLowerCase() === "virtualmachines" ? "P1" : undefined;
  const plan: Plan = {
    name,
    title: "",
    severity: "High",
    why: "What it does not cover, nobody watches for attacks and known flaws.",
    subPlan: target ? (target.subPlan ?? undefined) : usual,
    extensions: target?.extensions,
  };
  const isContainers = name.toLowerCase() === "containers";
  const entry = recipe(plan);
  return { ...entry, title, ...(isContainers ? { effect: `${entry.effect} ${oneWay}` } : {}) };
}

/** Azure lets nobody go back; what is on here already, the reader knows best. */
const oneWay =
  "An older plan here (KubernetesService, ContainerRegistry) cannot be switched on again afterwards.";

/** An older plan that Containers has replaced is still on. */
export function legacyRecipe(title: string): Recipe {
  return {
    ...recipe({
      name: "Containers",
      title: "",
      severity: "Low",
      why: "The older plans get nothing new; Containers covers clusters and registries alike.",
    }),
    title,
    effect: `${cost} There is no way back: an older plan cannot be switched on again.`,
    unseen: "What the older plan costs you today: compare before you move.",
  };
}

/** Whether Defender plans are on: audits, and policies that switch them on. */
export const planRecipes: Recipes = {
  "1c988dd6-ade4-430f-a608-2a3e5b0a6d38": containers,
  "efd4031d-b232-4595-babf-ae817348e91b": containers,
  "c9ddb292-b203-4738-aead-18e2716e858f": containers,
  "4da35fc9-c9e7-4960-aec9-797fe7d9051d": servers,
  "5eb6d64a-4086-4d7a-92da-ec51aed0332d": servers,
  "5f57b753-04b4-4e5e-aa31-c8888984497a": servers,
  "1f90fc71-a595-4066-8974-d4d0802e8ef0": posture,
  "72f8cee7-2937-403d-84a1-a4e3e57f3c21": posture,
  "2913021d-f2fd-4f3d-b958-22354e2bdbcb": recipe({
    name: "AppServices",
    title: "Defender for App Service",
    severity: "Medium",
    why: "Nobody watches web apps, those in containers among them, for attacks.",
  }),
  "0e6763cc-5078-4e64-889d-ff4d9a839047": recipe({
    name: "KeyVaults",
    title: "Defender for Key Vault",
    severity: "Medium",
    why: "Unusual reads of keys and secrets raise no alert.",
    subPlan: "PerKeyVault",
  }),
  "c3d20c29-b36d-48fe-808b-99a87530ad99": recipe({
    name: "Arm",
    title: "Defender for Resource Manager",
    severity: "Medium",
    why: "Suspicious changes to the subscription itself raise no alert.",
    subPlan: "PerSubscription",
  }),
  "c2c0c6d8-007b-4a48-8d9b-3539bddd8e87": recipe({
    name: "AI",
    title: "Defender for AI services",
    severity: "Low",
    why: "Attacks on models and leaks through prompts raise no alert.",
  }),
};
