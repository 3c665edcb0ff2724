import type { AgendaRow, Asked } from "../domain/agenda-row.ts";
import type { DefenderAlert } from "../domain/alert.ts";
import type { Case } from "../domain/case.ts";
import type { Cluster, NodePool } from "../domain/cluster.ts";
import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { ImageAssessment, ImagePlace } from "../domain/image-finding.ts";
import type { KeptImage } from "../domain/kept-image.ts";
import type { LedgerEntry } from "../domain/ledger-entry.ts";
import type { Digest, Message, Notice } from "../domain/notice.ts";
import type { OwnerFacts } from "../domain/owner.ts";
import type { Exemption, Stop } from "../domain/policy.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known, Refusal, Wait } from "../domain/refusal.ts";
import type { SubjectKind } from "../domain/subject.ts";
import type { Compliance } from "../domain/violation.ts";

/** An accepted write that Azure carries out by itself: poll `address` until it has ended. */
export interface Accepted {
  readonly kind: "accepted";
  /** Azure-AsyncOperation or Location address; null = poll by reading the resource. */
  readonly address: string | null;
  /** Seconds to wait before the first poll. */
  readonly seconds: number;
  readonly correlationId: string | null;
  /** The value before and after, as text for the ledger. */
  readonly before: string;
  readonly after: string;
}

/** A write that is done, or that was not needed because Azure already shows the wish. */
export interface Done {
  readonly kind: "done" | "unneeded";
  readonly correlationId: string | null;
  readonly before: string;
  readonly after: string;
}

/** How a long-running operation stands. */
export type OperationState =
  | { readonly kind: "running"; readonly seconds: number }
  | { readonly kind: "succeeded" }
  | Refusal
  | Wait
  /** The address is not known any more: judge by reading the resource. */
  | { readonly kind: "lost" };

/** The resource does not exist (404 of the resource itself). */
export interface Gone {
  readonly kind: "gone";
}

/** AKS clusters. */
export interface ClusterGateway {
  find(id: string): Promise<{ kind: "found"; cluster: Cluster } | Gone | Refusal | Wait>;
  /** When it was created: `GET /subscriptions/{id}/resources?$expand=createdTime`; null = Azure does not say. */
  createdAt(id: string): Promise<Known<string | null>>;
  /** The cluster whose node resource group holds this resource (a scale set, a VM), or null. */
  clusterOfNode(resourceId: string): Promise<Known<string | null>>;
  /**
   * Switches the Azure Policy add-on on: reads the cluster raw, changes only `addonProfiles`, leaves
   * out what the official description marks read-only, If-Match where there is an etag. Refuses by
   * itself (wait) when the cluster is busy or stopped by then.
   */
  enableAddon(id: string): Promise<Accepted | Done | Gone | Refusal | Wait>;
  /** Switches the Defender sensor on with this workspace; same care as `enableAddon`. */
  enableSensor(id: string, workspaceId: string): Promise<Accepted | Done | Gone | Refusal | Wait>;
  poll(address: string): Promise<OperationState>;
}

/** Defender plans of a subscription. */
export interface DefenderPlanGateway {
  list(
    subscriptionId: string,
  ): Promise<{ kind: "found"; plans: readonly DefenderPlan[] } | Refusal | Wait>;
  /**
   * The same, at most a minute old and never older than our own write from this process: for looks at
   * what a plan covers, not for the look that writes plans.
   */
  recent(subscriptionId: string): ReturnType<DefenderPlanGateway["list"]>;
  /** GET, merge sub-plan and the whole extension list, PUT; nothing that is on goes off. */
  enable(subscriptionId: string, target: PlanTarget): Promise<Done | Refusal | Wait>;
}

/** What Azure Policy says of a cluster. */
export interface ClusterCompliance {
  readonly kind: "read";
  /** Of its own settings: the newest state per assignment. */
  readonly settings: Known<Compliance>;
  /** Of things inside it (componentPolicyStates, and the cluster's states under in-cluster rules). */
  readonly inside: Known<Compliance>;
}

/** Azure Policy's verdicts and assignments. */
export interface PolicyStateGateway {
  /** States of a cluster and of what runs inside it, all pages, of the last 7 days. */
  ofCluster(id: string): Promise<ClusterCompliance | Wait>;
  /** Control-plane states of a resource and of what lies below it, such as a registry's tokens. */
  ofResourceAndParts(id: string): Promise<Known<Compliance> | Wait>;
  /** Assignments that apply to the scope, its groups and management groups, less notScopes. */
  assignments(scope: string): Promise<Known<readonly PolicyAssignment[]> | Wait>;
}

/** Tags and what else names owners. */
export interface TagGateway {
  /** Merge of exactly these keys; `unneeded` when they are already so; 50-tag limit = refusal. */
  merge(id: string, tags: Readonly<Record<string, string>>): Promise<Done | Refusal | Wait | Gone>;
  /** Deletes exactly these keys. */
  remove(id: string, keys: readonly string[]): Promise<Done | Refusal | Wait | Gone>;
}

/** Whom to tell. */
export interface OwnerGateway {
  /**
   * Whom the resource names, and what lies around it.
   * @param tags the resource's own, where they were just read; absent = they are asked for
   */
  facts(resourceId: string, tags?: Readonly<Record<string, string>> | null): Promise<OwnerFacts>;
  /**
   * The same of many resources, without memory; what they share is asked for once. Tags of more than a
   * few are as fresh as Resource Graph shows them.
   */
  factsOf(resourceIds: readonly string[]): Promise<ReadonlyMap<string, OwnerFacts>>;
}

/** A subscription with what decides about its plans. */
export interface SubscriptionFacts {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Lower-case resource provider namespace -> registered; only those we depend on. */
  readonly providers: Readonly<Record<string, boolean>>;
}

/** What in a subscription a plan would protect, and cost by. */
export interface Protectable {
  readonly clusters: readonly {
    readonly id: string;
    readonly name: string;
    readonly running: boolean;
    readonly pools: readonly NodePool[];
  }[];
  readonly registries: number;
  readonly arcClusters: number;
  /** VMs, scale-set instances and Arc machines. */
  readonly servers: number;
}

/** One cluster as a scan page sees it. */
export interface EstateCluster {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly addonOn: boolean;
  readonly sensorOn: boolean;
  readonly powerState: string;
  readonly provisioningState: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Definition GUIDs that Azure Policy reports as NonCompliant (control plane), sorted. */
  readonly nonCompliant: readonly string[];
}

/** One page of a bulk read; `next` null = the last. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** Bulk reads of the estate through Azure Resource Graph. */
export interface EstateGateway {
  subscription(
    id: string,
  ): Promise<{ kind: "found"; subscription: SubscriptionFacts } | Gone | Refusal | Wait>;
  /** The same, at most a minute old: for looks at what lies in the subscription. */
  recentSubscription(id: string): ReturnType<EstateGateway["subscription"]>;
  protectable(subscriptionId: string): Promise<Known<Protectable> | Wait>;
  /** Subscriptions that the identity can read, less nothing: the scope is applied by the caller. */
  subscriptions(next: string | null): Promise<
    | Page<{
        id: string;
        name: string;
        tags: Readonly<Record<string, string>>;
        managementGroups: readonly string[];
      }>
    | Wait
  >;
  clusters(next: string | null): Promise<Page<EstateCluster> | Wait>;
  /** Plans by subscription: name -> on. A subscription without rows was never onboarded. */
  plans(next: string | null): Promise<Page<{ subscriptionId: string; plan: DefenderPlan }> | Wait>;
  /** Subscriptions that hold something to protect (cluster, registry, Arc cluster). */
  protectedKinds(
    next: string | null,
  ): Promise<Page<{ subscriptionId: string; resources: number }> | Wait>;
  /** Defender's alerts of the last 30 days about containers, with their present status. */
  alerts(next: string | null): Promise<Page<DefenderAlert> | Wait>;
}

/** A container registry. */
export interface Registry {
  readonly id: string;
  readonly name: string;
  readonly loginServer: string;
  readonly provisioningState: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO time; null = Azure does not say. */
  readonly createdAt: string | null;
}

/** One registry as a scan page sees it. */
export interface EstateRegistry {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly loginServer: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Definition GUIDs that the registry or one of its tokens violates, sorted. */
  readonly nonCompliant: readonly string[];
  /** How many recommendations about software in its images are open. */
  readonly openRecommendations: number;
  /** ISO time of the last change of one, whether open or not; null = there are none. */
  readonly recommendationsChangedAt: string | null;
}

/** Container registries and what Defender finds in their images. */
export interface RegistryGateway {
  find(id: string): Promise<{ kind: "found"; registry: Registry } | Gone | Refusal | Wait>;
  /** Registries of the whole estate. */
  list(next: string | null): Promise<Page<EstateRegistry> | Wait>;
  /** Recommendations about images of one registry, 1,000 a page. */
  assessments(id: string, next: string | null): Promise<Page<ImageAssessment> | Wait>;
  /** Where images of the registry run, for those that Defender recommends something for. */
  running(id: string, next: string | null): Promise<Page<ImagePlace> | Wait>;
  /** Both of them, all pages; one query for each 1,000 recommendations and one for what runs. */
  images(id: string): Promise<
    | {
        kind: "found";
        assessments: readonly ImageAssessment[];
        running: readonly ImagePlace[];
      }
    | Wait
  >;
}

/** What the mail service says of a mail. */
export type MailState =
  | { readonly kind: "running" | "sent" | "unknown" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

/** Azure Communication Services email. */
export interface MailGateway {
  /** Sends once under this operation id. */
  send(message: Message, operationId: string): Promise<{ kind: "accepted" } | Refusal | Wait>;
  /**
   * What became of an operation; `unknown` = the service has never seen the id. A refusal is one of
   * the question and says nothing about the mail.
   */
  status(operationId: string): Promise<MailState | Refusal | Wait>;
}

/** The table of subjects that want a look; row absent = settled. */
export interface AgendaGateway {
  /** Puts the subject on the agenda; what was there changes its etag, and never its time to a later one. */
  mark(asked: Asked): Promise<void>;
  find(subject: string, kind: SubjectKind): Promise<AgendaRow | null>;
  /**
   * Deletes the row or sets its time to what is asked for next, unless it was marked for a look at once
   * since it was read.
   */
  settle(row: AgendaRow, next: string | null): Promise<"settled" | "absent" | "marked-again">;
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
  /** Subscriptions ever seen: id -> first seen, last readable. */
  subscriptions(): Promise<
    readonly { id: string; name: string; firstSeen: string; lastSeen: string }[]
  >;
  noteSubscriptions(seen: readonly { id: string; name: string }[], at: string): Promise<void>;
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
  /** Counts failed verifications in a row; answers the count. */
  noteVerification(ok: boolean): Promise<number>;
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

/** Everything the app does outside its own process. */
export interface Gateways {
  readonly clusters: ClusterGateway;
  readonly plans: DefenderPlanGateway;
  readonly policyStates: PolicyStateGateway;
  readonly tags: TagGateway;
  readonly owners: OwnerGateway;
  readonly estate: EstateGateway;
  readonly registries: RegistryGateway;
  readonly mail: MailGateway;
  readonly agenda: AgendaGateway;
  readonly system: SystemGateway;
  readonly cases: CaseGateway;
  readonly keptImages: KeptImageGateway;
  readonly alerts: AlertGateway;
  readonly notices: NoticeGateway;
  readonly digests: DigestGateway;
  readonly ledger: LedgerGateway;
  readonly quarantine: QuarantineGateway;
  readonly exemptions: ExemptionGateway;
}
