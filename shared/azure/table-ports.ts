import type { AgendaRow, Asked } from "../domain/agenda-row.ts";
import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { Digest, Notice } from "../domain/notice.ts";
import type { Page } from "../domain/page.ts";
import type { Exemption, Stop } from "../domain/policy.ts";
import type { SubjectKind } from "../domain/subject.ts";

/** The table of subjects that want a look; row absent = settled. */
export interface AgendaGateway {
  /** Puts the subject on the agenda; what was there changes its etag, and never its time to a later one. */
  mark(asked: Asked): Promise<void>;
  find(subject: string, kind: SubjectKind): Promise<AgendaRow | null>;
  /**
   * Deletes the row or sets its time to what is asked for next, unless it was marked for a look at once
   * since it was read. `noted`: see `settled`.
   */
  settle(
    row: AgendaRow,
    next: string | null,
    noted?: readonly string[],
  ): Promise<"settled" | "absent" | "marked-again">;
  /** All rows; the table is small. */
  list(): Promise<readonly AgendaRow[]>;
}

/** The system's own small facts. */
export interface SystemGateway {
  lastSweep(): Promise<string | null>;
  noteSweep(at: string): Promise<void>;
  lastScan(): Promise<string | null>;
  noteScan(at: string): Promise<void>;
  /** First start under this stage; sets it to `now` when the stage is new. */
  stageSince(stage: string, now: string): Promise<string>;
  stop(): Promise<Stop | null>;
  setStop(stop: Stop | null): Promise<void>;
  /** Last event of each feed (trigger name -> ISO). */
  feeds(): Promise<Readonly<Record<string, string>>>;
  noteFeed(feed: string, at: string): Promise<void>;
  subscriptions(): Promise<readonly SeenSubscription[]>;
  /** Notes those in scope; of `outside`, readable but out of scope, those that were noted before. */
  noteSubscriptions(
    seen: readonly { id: string; name: string }[],
    at: string,
    outside?: readonly string[],
  ): Promise<void>;
  /**
   * Reserves one change (keyed by `key`, so that a retry counts once) against the rows of the hour,
   * the day and the month, each updated If-Match.
   */
  reserve(
    request: Reservation,
  ): Promise<
    | { kind: "reserved" }
    | { kind: "over"; which: "hour" | "day" | "month"; used: number; limit: number }
  >;
  /** Gives back what was reserved for a change that was not made; nothing where nothing is reserved. */
  release(request: Reservation): Promise<void>;
  /** Counts failed verifications in a row; answers the count. */
  noteVerification(ok: boolean): Promise<number>;
}

/** A subscription that was in scope once. */
export interface SeenSubscription {
  readonly id: string;
  readonly name: string;
  /** ISO times at which a scan found it in scope, first and last. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Whether a scan read it since, and found it out of scope. */
  readonly outOfScope: boolean;
}

/** One change that wants room under the limits. */
export interface Reservation {
  readonly key: string;
  readonly at: string;
  readonly perHour: number;
  readonly perDay: number;
  readonly costPerMonth: number;
  readonly addedCost: number;
}

/** Cases, by subject. */
export interface CaseGateway {
  find(subject: string): Promise<{ case: Case; etag: string } | null>;
  /** Writes if the etag still holds (null = must be new). */
  put(value: Case, etag: string | null): Promise<"written" | "conflict">;
  findById(id: string): Promise<Case | null>;
  list(
    filter: { subscriptionId?: string; open?: boolean },
    next: string | null,
  ): Promise<Page<Case>>;
  /** The cases of these subjects, for a scan page; absent ones left out. */
  findMany(subjects: readonly string[]): Promise<readonly Case[]>;
  remove(subject: string): Promise<void>;
}

/** The images of registries that have a case, by version: a case names the one that it rests on. */
export interface KeptImageGateway {
  /** Null when the version is not, or no longer, there. */
  read(registry: string, version: string): Promise<readonly KeptImage[] | null>;
  /** Answers the new version; nothing that exists is changed. */
  write(registry: string, images: readonly KeptImage[], at: string): Promise<string>;
  /** Removes a version that was replaced, and those that no case ever named; never the current. */
  remove(
    registry: string,
    which: {
      readonly version: string | null;
      readonly current: string | null;
      readonly now: string;
    },
  ): Promise<number>;
}

/** Alerts as they were told to us. */
export interface AlertGateway {
  /** Inserts unless there; `seen` = the id was known. */
  insert(alert: DefenderAlert): Promise<"new" | "seen">;
  /** The alert as it is kept, wherever it was moved to; null = never told. */
  find(alert: Pick<DefenderAlert, "id" | "subject">): Promise<DefenderAlert | null>;
  bySubject(subject: string): Promise<readonly DefenderAlert[]>;
  /** Gives alerts of one subject to another (a node's to its cluster). */
  move(from: string, to: string): Promise<number>;
  setStatus(alert: DefenderAlert, status: DefenderAlert["status"]): Promise<void>;
  remove(alerts: readonly DefenderAlert[]): Promise<number>;
  removeOlder(than: string): Promise<number>;
}

/** Notices and digests of a recipient set (its key is the `owners/` subject). */
export interface NoticeGateway {
  upsert(owners: string, notices: readonly Notice[]): Promise<void>;
  /** Notices of a recipient set, oldest first; those about one subject where one is named. */
  list(owners: string, subject?: string): Promise<readonly Notice[]>;
  remove(owners: string, notices: readonly { subject: string; key: string }[]): Promise<void>;
  markSent(
    owners: string,
    notices: readonly { subject: string; key: string }[],
    at: string,
  ): Promise<void>;
  /** Removes what was told last before then, and what was never told and is older than that. */
  removeOlder(than: string): Promise<number>;
}

/** Frozen mails. */
export interface DigestGateway {
  /** Inserts; a digest of that id that is already there stays as it is and is answered. */
  freeze(owners: string, digest: Digest): Promise<Digest>;
  find(owners: string, id: string): Promise<Digest | null>;
  /** All digests in this status, oldest first. */
  list(status: Digest["status"]): Promise<readonly { owners: string; digest: Digest }[]>;
  /** Mails frozen since then that the service would not send, newest first. */
  failedSince(at: string): Promise<readonly Digest[]>;
  /** Of one recipient set, newest first. */
  ofOwners(owners: string): Promise<readonly Digest[]>;
  update(owners: string, digest: Digest): Promise<void>;
  /** When mails went out since then, oldest first: what the quota of the mail service counts. */
  sentSince(at: string): Promise<readonly string[]>;
  removeOlder(than: string): Promise<number>;
}

/** The ledger. */
export interface LedgerGateway {
  write(entry: LedgerEntry): Promise<void>;
  /** Whole days, newest first. */
  list(from: string, to: string): AsyncIterable<LedgerEntry>;
  removeOlder(than: string): Promise<number>;
}

/** What could not be read, kept with its body. */
export interface QuarantineEntry {
  readonly id: string;
  readonly at: string;
  readonly source: string;
  readonly reason: string;
  readonly bytes: number;
}

/** Poison events. */
export interface QuarantineGateway {
  put(entry: { at: string; source: string; reason: string; body: string }): Promise<string>;
  list(): Promise<readonly QuarantineEntry[]>;
  body(id: string): Promise<{ entry: QuarantineEntry; body: string } | null>;
  remove(id: string): Promise<void>;
  removeOlder(than: string): Promise<number>;
}

/** Exemptions given over HTTP. */
export interface ExemptionGateway {
  list(): Promise<readonly Exemption[]>;
  put(exemption: Exemption): Promise<void>;
  remove(scope: string, rule: string): Promise<boolean>;
}
