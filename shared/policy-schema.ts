import * as z from "zod";
import { imageSeverities } from "./domain/image-severity.ts";
import { ruleNames, severities } from "./domain/policy.ts";

const mode = z.enum(["observe", "enforce"], {
  error: (issue) =>
    issue.input === "ask"
      ? '"ask" is not offered yet: write "observe" to be told, or "enforce" to let it act'
      : 'write "observe" or "enforce"',
});

const guid = z
  .string("write a subscription id in quotes")
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "write the id of a subscription (a GUID)");

const address = z.email("write a mail address");
const severity = z.enum(severities, `write one of ${severities.join(", ")}`);
const day = z.iso.date("write a day as YYYY-MM-DD");
const price = z.number("write a number").min(0, "write 0 or more");
const count = z.int("write a whole number").min(0, "write 0 or more");
const days = z
  .int("write a whole number of days")
  .min(1, "write 1 or more")
  .max(3650, "write at most 3650");

/** One excuse; the same in the file and over HTTP. */
export const ExemptionSchema = z.strictObject({
  scope: z
    .string("write an ARM id in quotes")
    .regex(
      /^\/subscriptions\/[^/\s]+(\/.*[^/])?$/i,
      "write the ARM id of a subscription, resource group or resource, such as /subscriptions/<id>/resourceGroups/<name>",
    ),
  rule: z.enum(ruleNames, `write one of ${ruleNames.join(", ")}`),
  until: day,
  reason: z
    .string()
    .trim()
    .min(3, "say why, in a few words")
    .max(500, "write at most 500 characters"),
  approvedBy: z
    .string()
    .trim()
    .min(3, "say who approved it")
    .max(200, "write at most 200 characters"),
});

const dayNames = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";

const Mail = z.strictObject({
  from: address.nullable(),
  replyTo: address.nullable(),
  aboutUrl: z.url({ protocol: /^https$/, error: "write an https address" }).nullable(),
  operators: z.array(address),
  fallbackOwner: address.nullable(),
  ownerDomains: z.array(
    z
      .string()
      .regex(
        /^(?!-)([a-z0-9-]{1,63}\.)+[a-z]{2,63}$/i,
        "write a domain without @, such as contoso.com",
      ),
  ),
  timeZone: z.string().refine(isTimeZone, "write an IANA time zone, such as Europe/Berlin"),
  digestDays: z
    .string()
    .regex(
      new RegExp(`^${dayNames}(-${dayNames})?(,${dayNames}(-${dayNames})?)*$`),
      "write days such as Mon-Fri or Mon,Wed,Fri",
    ),
  digestAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "write a time as HH:MM, such as 09:00"),
  remindAfterDays: days,
});

const [, ...bars] = imageSeverities;

const Images = z.strictObject({
  mode,
  from: z.enum(bars, `write one of ${bars.join(", ")}`),
  fixableOnly: z.boolean("write true or false"),
  runningFirst: z.boolean("write true or false"),
});

/** A name in which `*` stands for any text; few stars, so that no pattern is slow. */
const pattern = z
  .string("write a name, or a pattern such as team-a/*")
  .regex(/^[a-z0-9._/*-]{1,256}$/i, "write letters, digits and . _ / - and * for any text");

const Repositories = z.strictObject({
  registry: pattern,
  repository: pattern,
  to: z.array(address).min(1, "write at least one mail address"),
});

const Plan = z.strictObject({
  subPlan: z.string().min(1, "write a sub-plan such as P1, or leave it out").optional(),
  extensions: z.array(z.string().min(1, "write the name of an extension")),
});

/** The guardrail policy as the file holds it. */
export const PolicySchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1, "write 1"),
  scope: z.strictObject({
    managementGroups: z.array(z.string().min(1, "write the id of a management group")),
    subscriptions: z.array(guid),
    exclude: z.array(guid),
  }),
  rules: z.strictObject({
    addon: z.strictObject({ mode, withDeny: z.boolean("write true or false") }),
    plans: z.strictObject({
      mode,
      when: z.enum(["needed", "always"], 'write "needed" or "always"'),
      baseline: z.record(z.string().min(1), Plan),
    }),
    legacyPlans: z.strictObject({ mode }),
    servers: z.strictObject({ mode, subPlan: z.enum(["P1", "P2"], 'write "P1" or "P2"') }),
    sensor: z.strictObject({
      mode,
      workspaceId: z
        .string()
        .regex(
          /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i,
          "write the ARM id of a Log Analytics workspace, or null",
        )
        .nullable(),
    }),
    compliance: z.strictObject({ mode }),
    images: Images.default({
      mode: "enforce",
      from: "High",
      fixableOnly: true,
      runningFirst: true,
    }),
  }),
  owners: z
    .strictObject({ repositories: z.array(Repositories).default([]) })
    .default({ repositories: [] }),
  limits: z.strictObject({ changesPerHour: count, changesPerDay: count, addedCostPerMonth: price }),
  prices: z.strictObject({
    asOf: day,
    currency: z.string().regex(/^[A-Z]{3}$/, "write a currency code such as USD"),
    containersPerVCore: price,
    serversP1: price,
    serversP2: price,
    imageScan: price.nullable(),
  }),
  mail: Mail,
  alerts: z.strictObject({
    tellFrom: severity,
    urgentFrom: severity,
    alwaysTell: z.array(z.string().min(1, "write an alert type such as K8S_PrivilegedContainer")),
  }),
  exemptions: z.array(ExemptionSchema),
  keep: z.strictObject({
    runsDays: days,
    casesDays: days,
    quarantineDays: days,
    ledgerDays: days,
  }),
});

/** Building a format costs a start of the app 20 ms, so that is left for names that are no common ones. */
function isTimeZone(name: string): boolean {
  if (name === "Etc/UTC" || Intl.supportedValuesOf("timeZone").includes(name)) {
    return name.includes("/");
  }
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name.includes("/");
  } catch {
    return false;
  }
}
