import { z } from "zod";
import { mailQuotas, urgentShare } from "../functions/activities/pace.ts";
import type { Arm } from "./arm.ts";
import { type Check, missing, ok, type Plan, unknown } from "./check.ts";

const Rows = z.object({ data: z.array(z.object({ owner: z.string() })), totalRecords: z.number() });

const query = `resources
| where type =~ 'microsoft.containerservice/managedclusters'
| project id, subscriptionId, resourceGroup, own = tostring(tags.owner)
| join kind=leftouter (resourcecontainers
  | where type =~ 'microsoft.resources/subscriptions/resourcegroups'
  | project subscriptionId, resourceGroup = name, grouped = tostring(tags.owner)) on subscriptionId, resourceGroup
| extend owner = iff(isempty(own), grouped, own)
| where isnotempty(owner)
| distinct owner`;

/** As the report says it: what is kept for urgent mail does not reach owners sooner. */
const sendsAnHour = ({ perHour }: { readonly perHour: number }): number =>
  perHour - Math.ceil(perHour * urgentShare);

/** How long the stage `tell` needs to reach every owner once, at the quota of the mail domain. */
export async function checkOwners(arm: Arm, plan: Plan): Promise<Check> {
  const looked = { about: null, title: "mail to owners" };
  const counts = await Promise.all(scopesOf(plan).map((scope) => countOwners(arm, scope)));
  const owners = counts.reduce<number | null>(
    (sum, count) => (sum === null || count === null ? null : sum + count),
    0,
  );
  if (owners === null) return unknown(looked, "owners of clusters could not be counted");
  const sends = sendsAnHour(plan.mailDomain ? mailQuotas.custom : mailQuotas.managed);
  const hours = Math.ceil(owners / sends);
  const detail = `stage tell: ${owners} owners, ${sends} sends an hour: ${hours} hours`;
  if (owners <= 100 || plan.mailDomain) return ok(looked, detail);
  return missing(
    looked,
    `${detail}; above 100 owners the domain managed by Azure is too slow`,
    "azd env set GUARDRAIL_MAIL_DOMAIN guardrail.example.com   # a domain you own",
  );
}

/** Resource Graph takes groups or subscriptions, not both. */
function scopesOf({ managementGroups, watched }: Plan): object[] {
  return [
    ...(managementGroups.length > 0 ? [{ managementGroups }] : []),
    ...(watched.length > 0 ? [{ subscriptions: watched }] : []),
  ];
}

async function countOwners(arm: Arm, scope: object): Promise<number | null> {
  const answer = await arm.query("/providers/Microsoft.ResourceGraph/resources", "2024-04-01", {
    query,
    ...scope,
    options: { resultFormat: "objectArray", $top: 1000 },
  });
  const parsed = Rows.safeParse(answer.body);
  return answer.status === 200 && parsed.success ? parsed.data.totalRecords : null;
}
