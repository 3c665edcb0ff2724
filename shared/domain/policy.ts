import type { ImageSeverity } from "./image-severity.ts";
import type { RepositoryOwner } from "./repository-owner.ts";

/** How far the guardrail may go; each stage includes the ones before it. */
export const stages = ["off", "watch", "tell", "fix-new", "fix-all"] as const;

/** One of the stages. */
export type Stage = (typeof stages)[number];

/** Whether a rule only reports, or also acts (under the ceiling of the stage). */
export type Mode = "observe" | "enforce";

/** The rules an organization can set and exempt from. */
export const ruleNames = [
  "addon",
  "plans",
  "legacyPlans",
  "servers",
  "sensor",
  "compliance",
  "images",
] as const;

/** A rule an organization can set and exempt from. */
export type RuleName = (typeof ruleNames)[number];

/** What an organization asks of its subscriptions, clusters and registries: `guardrail.json`, parsed. */
export interface GuardrailPolicy {
  readonly version: 1;
  readonly scope: {
    readonly managementGroups: readonly string[];
    readonly subscriptions: readonly string[];
    readonly exclude: readonly string[];
  };
  readonly rules: {
    readonly addon: { readonly mode: Mode; readonly withDeny: boolean };
    readonly plans: {
      readonly mode: Mode;
      readonly when: "needed" | "always";
      readonly baseline: Readonly<Record<string, BaselinePlan>>;
    };
    readonly legacyPlans: { readonly mode: Mode };
    readonly servers: { readonly mode: Mode; readonly subPlan: "P1" | "P2" };
    readonly sensor: { readonly mode: Mode; readonly workspaceId: string | null };
    readonly compliance: { readonly mode: Mode };
    readonly images: ImagesRule;
  };
  readonly owners: { readonly repositories: readonly RepositoryOwner[] };
  readonly limits: {
    readonly changesPerHour: number;
    readonly changesPerDay: number;
    /** In the currency of `prices`; 0 = enable no plan that costs. */
    readonly addedCostPerMonth: number;
  };
  readonly prices: Prices;
  readonly mail: MailRules;
  readonly alerts: {
    readonly tellFrom: Severity;
    readonly urgentFrom: Severity;
    readonly alwaysTell: readonly string[];
  };
  readonly exemptions: readonly Exemption[];
  readonly keep: {
    readonly runsDays: number;
    readonly casesDays: number;
    readonly quarantineDays: number;
    readonly ledgerDays: number;
  };
}

/** What the baseline wants of one Defender plan. */
export interface BaselinePlan {
  readonly subPlan?: string | undefined;
  readonly extensions: readonly string[];
}

/** The rule `images`: what of Defender's findings in images is told. */
export interface ImagesRule {
  /** `observe`: found and reported, but neither mailed to owners nor held against the registry. */
  readonly mode: Mode;
  /** The lowest severity that counts. */
  readonly from: Exclude<ImageSeverity, "Unknown">;
  /** Leaves out what nobody has fixed yet. */
  readonly fixableOnly: boolean;
  /** Puts images that run before all others, however bad those are. */
  readonly runningFirst: boolean;
}

/** The operator's own prices per month; Azure publishes none by API. */
export interface Prices {
  readonly asOf: string;
  readonly currency: string;
  readonly containersPerVCore: number;
  readonly serversP1: number;
  readonly serversP2: number;
  /** Price of one image scan beyond the 20 that come with a vCore; null = not priced. */
  readonly imageScan: number | null;
}

/** Who writes, who reads, and when mails go out. */
export interface MailRules {
  readonly from: string | null;
  readonly replyTo: string | null;
  readonly aboutUrl: string | null;
  readonly operators: readonly string[];
  readonly fallbackOwner: string | null;
  readonly ownerDomains: readonly string[];
  /** IANA name. */
  readonly timeZone: string;
  /** Such as `Mon-Fri` or `Mon,Wed`. */
  readonly digestDays: string;
  /** `HH:MM` in `timeZone`. */
  readonly digestAt: string;
  readonly remindAfterDays: number;
}

/** How far ahead an exemption may reach. */
export const longestExemptionDays = 180;

/** Excuses a scope from one rule until a date. */
export interface Exemption {
  /** ARM id of a subscription, resource group or resource; it covers what lies below it. */
  readonly scope: string;
  readonly rule: RuleName;
  /** `YYYY-MM-DD`; the last day on which it counts. */
  readonly until: string;
  readonly reason: string;
  readonly approvedBy: string;
}

/** Defender's severities, lowest first. */
export const severities = ["Informational", "Low", "Medium", "High"] as const;

/** A Defender severity. */
export type Severity = (typeof severities)[number];

/** Whether a severity reaches a bar. */
export const reaches = (severity: Severity, bar: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(bar);

/** Everything that rules a run: the policy with all exemptions that can matter, stage, brakes. */
export interface InForce {
  readonly policy: GuardrailPolicy;
  /** Hash of policy and exemptions; a case remembers the one it was decided under. */
  readonly hash: string;
  readonly stage: Stage;
  /** ISO time of the first start under this stage. */
  readonly stageSince: string;
  /** Set while all writes are stopped, by an operator or after failed verifications. */
  readonly stopped: Stop | null;
}

/** Who stopped all writes, when and why. */
export interface Stop {
  readonly at: string;
  readonly by: string;
  readonly why: string;
}
