import type { ActName, Decision, RefusedAct } from "./decision.ts";
import type { Finding, Part } from "./finding.ts";
import type { ImageFacts } from "./kept-image.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { Recipients } from "./owner.ts";
import type { Stage } from "./policy.ts";
import type { WatchedKind } from "./subject.ts";

/** The record of a subject: what was found, changed, left, refused and why. */
export interface Case {
  readonly id: string;
  /** Canonical id. */
  readonly subject: string;
  readonly kind: WatchedKind;
  /** As Azure spells it. */
  readonly resourceId: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly subscriptionName: string | null;
  readonly openedAt: string;
  readonly updatedAt: string;
  /** Set when nothing is open any more, or the subject is gone. */
  readonly closedAt: string | null;
  readonly gone: boolean;
  readonly policyHash: string;
  readonly stage: Stage;
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
  /** The last decision for each rule. */
  readonly decisions: readonly Decision[];
  /** Open refusals, one an act. */
  readonly refusals: readonly RefusedAct[];
  /** What we wrote, to notice when others take it back. */
  readonly writes: readonly OwnWrite[];
  /** The last 50 ledger lines about it. */
  readonly history: readonly LedgerEntry[];
  readonly recipients: Recipients | null;
  /** Keys of open alerts that the security contact, which could not be read, has not heard of. */
  readonly missedByContact?: readonly string[];
  readonly fault: Fault | null;
  /** How often "no policy reports" was looked at again. */
  readonly unknownLooks: number;
  readonly lookAgain: { readonly at: string; readonly why: string } | null;
  /** Facts for mails and reports that are not findings, such as the monthly estimate. */
  readonly facts: CaseFacts;
}

/** Something we set, and what became of it. */
export interface OwnWrite {
  readonly act: ActName;
  /** When we wrote it, or saw it set again by others who had taken it back. */
  readonly at: string;
  /** What was set, as text (such as `on`, or the extension list). */
  readonly value: string;
  readonly before: string;
  /** How often others reverted it. */
  readonly takenBack: number;
  readonly takenBackAt: string | null;
  /** Who, when an event told. */
  readonly takenBackBy: string | null;
  /** An operator allowed to write it again after it was taken back. */
  readonly allowedAt: string | null;
}

/** A run that ended in a fault. */
export interface Fault {
  readonly at: string;
  readonly message: string;
  /** Faults in a row. */
  readonly count: number;
}

/** What a case knows besides its findings. */
export interface CaseFacts {
  readonly location: string | null;
  readonly resourceGroup: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly inClusterPolicies: InClusterPolicies | null;
  /** Of plans that are missing something, and of those that we switched on. */
  readonly estimates?: readonly Estimate[];
  /** In cases of earlier versions, of one plan; null once `estimates` is there. */
  readonly estimate: Estimate | null;
  /** Of a registry; absent while nobody has looked into it. */
  readonly images?: ImageFacts;
}

/** How many policies apply inside a cluster, and what they do; absent = none does so. */
export interface InClusterPolicies {
  readonly total: number;
  readonly deny: number;
  /** Those that change what is deployed. */
  readonly change?: number;
  /** Those whose effect cannot be told. */
  readonly unknown?: number;
}

/** What a plan would cost a month, or was to cost when we switched it on. */
export interface Estimate {
  readonly plan: string;
  /** Null = cannot be known, and why. */
  readonly perMonth: number | null;
  readonly currency: string;
  readonly asOf: string;
  /** Such as `20 vCores (prod 12, test 8) x 7`. */
  readonly basis: string;
  readonly unknown: string | null;
  /** ISO time at which the plan's free trial ends; absent or null when Azure says none. */
  readonly trialEnds?: string | null;
  /** Set once we switched the plan on. */
  readonly switchedOn?: boolean;
}
