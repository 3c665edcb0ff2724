import { z } from "zod";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Regions = z.object({ value: z.array(z.object({ name: z.string() })) });

/**
 * Whether the region offers the Flex Consumption plan.
 * Source: Azure REST API, App Service, "List Geo Regions".
 */
export async function checkRegion(arm: Arm, plan: Plan): Promise<Check> {
  const looked = { about: null, title: "region" };
  const answer = await arm.get(
    `/subscriptions/${plan.hub}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption`,
    "2024-04-01",
  );
  const parsed = Regions.safeParse(answer.body);
  if (answer.status !== 200 || !parsed.success) {
    return unknown(looked, `${plan.location} could not be read (HTTP ${answer.status})`);
  }
  const names = parsed.data.value.map((region) => region.name.toLowerCase().replaceAll(" ", ""));
  if (names.includes(plan.location)) return ok(looked, `${plan.location} offers Flex Consumption`);
  return missing(
    looked,
    `${plan.location} does not offer Flex Consumption`,
    `azd env set AZURE_LOCATION ${names.find((name) => name.includes("europe")) ?? names[0] ?? "REGION"}`,
  );
}
