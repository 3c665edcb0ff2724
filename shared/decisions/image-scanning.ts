import type { DefenderPlan } from "../domain/defender-plan.ts";
import type { Scanning } from "../domain/image-finding.ts";
import type { Known } from "../domain/refusal.ts";

/** The extension that scans images in registries; two plans have it. */
const extension = "ContainerRegistriesVulnerabilityAssessments";
const plansWithIt = ["Containers", "CloudPosture"];

/**
 * Whether Defender scans the images of a subscription's registries, by its plans. An extension of
 * which Azure says that it failed is not taken for one that scans.
 */
export function scanningOf(plans: Known<readonly DefenderPlan[]>): Scanning {
  if (plans.kind === "unreadable") return plans;
  const on = plans.value.filter((plan) => plansWithIt.includes(plan.name) && plan.on);
  const scans = on.some(({ extensions }) =>
    extensions.some((one) => one.name === extension && one.on && one.failure === null),
  );
  if (scans) return { kind: "on" };
  const hasContainers = on.some(({ name }) => name === "Containers");
  return { kind: "off", why: hasContainers ? "no-extension" : "no-plan" };
}
