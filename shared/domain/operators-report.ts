import type { ActName, LeaveReason } from "./decision.ts";
import type { Stage, Stop } from "./policy.ts";

/** What the operators are told: how far we see, what was done, what was not, and what comes next. */
export interface OperatorsReport {
  readonly stage: Stage;
  /** ISO time of the first start under this stage. */
  readonly stageSince: string;
  /** Set while all writes are stopped. */
  readonly stopped: Stop | null;
  /** ISO time after which the lines of `changed`, `left` and `refused` happened; null = since ever. */
  readonly since: string | null;
  readonly subscriptions: SubscriptionReach;
  readonly clusters: VerdictCounts;
  readonly registries: VerdictCounts;
  /** Feeds without an event for 7 days or ever. */
  readonly silentFeeds: readonly SilentFeed[];
  readonly changed: readonly ChangedLine[];
  readonly left: readonly LeftLine[];
  readonly refused: readonly RefusedLine[];
  /** Cases with something to tell and nobody to tell it to. */
  readonly untold: readonly UntoldLine[];
  /** Subjects whose last run ended in a fault. */
  readonly faults: readonly FaultLine[];
  /** Events kept because they could not be read. */
  readonly quarantined: number;
  readonly nextStage: NextStage | null;
  /** Of the costs in `changed`. */
  readonly currency: string;
  /** What telling every owner once takes under the mail service's quota. */
  readonly mailLoad: MailLoad;
}

/** Subscriptions we ever saw or were told to watch, and those that we can read now. */
export interface SubscriptionReach {
  readonly expected: number;
  readonly readable: number;
  readonly unreadable: readonly { readonly id: string; readonly name: string | null }[];
}

/** Resources of one kind by what is known of them. */
export interface VerdictCounts {
  readonly total: number;
  readonly compliant: number;
  readonly noncompliant: number;
  readonly unknown: number;
}

/** A source of events that has gone quiet. */
export interface SilentFeed {
  /** Such as `Defender alerts and findings`. */
  readonly name: string;
  /** ISO time; null = never one. */
  readonly lastEvent: string | null;
}

/** The subject of a line, as people know it. */
export interface ReportSubject {
  readonly caseId: string;
  /** Canonical id. */
  readonly subject: string;
  readonly name: string;
  readonly subscriptionName: string | null;
}

/** A change we made. */
export interface ChangedLine extends ReportSubject {
  readonly at: string;
  readonly act: ActName | string;
  readonly before: string | null;
  readonly after: string | null;
  /** A month, in the currency of the prices. */
  readonly addedCost: number | null;
}

/** Something that does not hold and was left as it is. */
export interface LeftLine extends ReportSubject {
  readonly reason: LeaveReason;
  readonly detail: string;
}

/** Azure's no, still standing. */
export interface RefusedLine extends ReportSubject {
  readonly at: string;
  readonly act: ActName;
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}

/** A case whose owner is not known. */
export interface UntoldLine extends ReportSubject {
  /** Who was not told: nobody owns it, or the security contact could not be read. */
  readonly who: "owner" | "security contact";
  readonly why: string;
}

/** A run that ended in a fault; it is tried again. */
export interface FaultLine extends ReportSubject {
  readonly at: string;
  readonly message: string;
  readonly count: number;
}

/** What the stage after the present one would do, judged on what is known today. */
export interface NextStage {
  readonly stage: Stage;
  /** Acts it would do at once, with the number of subjects; only those above zero. */
  readonly acts: readonly NextAct[];
  /** Owners it would mail; 0 when they are mailed already. */
  readonly ownersMailed: number;
  /** Sum of the estimates that are known, a month. */
  readonly addedCost: {
    readonly perMonth: number;
    readonly currency: string;
    readonly asOf: string;
  };
  /** Subjects whose cost cannot be estimated, with the reason. */
  readonly unpriced: readonly { readonly name: string; readonly why: string }[];
}

/** One kind of act, how often, and the first names. */
export interface NextAct {
  readonly act: ActName;
  readonly count: number;
  /** First ten. */
  readonly names: readonly string[];
}

/** How long it takes to mail every owner once. */
export interface MailLoad {
  readonly owners: number;
  /** What the quota leaves for owners' mails, without those kept for urgent ones. */
  readonly sendsAnHour: number;
}
