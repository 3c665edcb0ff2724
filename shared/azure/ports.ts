import type { DefenderAlert } from "../domain/alert.ts";
import type { Cluster, NodePool } from "../domain/cluster.ts";
import type { DefenderPlan, PlanTarget } from "../domain/defender-plan.ts";
import type { ImageAssessment, ImagePlace } from "../domain/image-finding.ts";
import type { Message } from "../domain/notice.ts";
import type { OwnerFacts } from "../domain/owner.ts";
import type { Page } from "../domain/page.ts";
import type { PolicyAssignment } from "../domain/policy-assignment.ts";
import type { Known, Refusal, Wait } from "../domain/refusal.ts";
import type { Compliance } from "../domain/violation.ts";
import type {
  AgendaGateway,
  AlertGateway,
  CaseGateway,
  DigestGateway,
  ExemptionGateway,
  KeptImageGateway,
  LedgerGateway,
  NoticeGateway,
  QuarantineGateway,
  SystemGateway,
} from "./table-ports.ts";

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
  /** What Azure left undone of it. */
  readonly remainder?: Refusal;
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

/** Bulk reads of the estate through Azure Resource Graph. */
export interface EstateGateway {
  subscription(
    id: string,
  ): Promise<{ kind: "found"; subscription: SubscriptionFacts } | Gone | Refusal | Wait>;
  /** The same, at most five minutes old: for looks at what lies in the subscription. */
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
  /** Subscriptions that hold something to protect (cluster, registry, Arc cluster); `clusters` is all but registries. */
  protectedKinds(
    next: string | null,
  ): Promise<Page<{ subscriptionId: string; resources: number; clusters: number }> | Wait>;
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
