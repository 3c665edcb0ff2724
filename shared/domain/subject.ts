/**
 * What the agenda can hold: Azure resources by their lower-case ARM id, and the system's own
 * recurring work.
 */
export type SubjectKind =
  | "subscription"
  | "cluster"
  | "registry"
  | "owners"
  | "scan"
  | "delivery"
  | "housekeeping";

/** The recurring work of the system itself, by the subject it has on the agenda. */
export const systemSubjects = {
  scan: "system/scan",
  delivery: "system/delivery",
  housekeeping: "system/housekeeping",
} as const;

/** Which orchestrator looks at which kind of subject. */
export const orchestratorOf = {
  subscription: "guardSubscription",
  cluster: "guardCluster",
  registry: "guardRegistry",
  owners: "composeDigest",
  scan: "scanEstate",
  delivery: "deliverMail",
  housekeeping: "housekeeping",
} as const satisfies Record<SubjectKind, string>;

/** The kinds of subject that are Azure resources and can have a case. */
export const watchedKinds = ["subscription", "cluster", "registry"] as const;

/** A kind of Azure resource that is watched. */
export type WatchedKind = (typeof watchedKinds)[number];

/** Whether a subject of this kind is an Azure resource, by its ARM id. */
export const isWatchedKind = (kind: SubjectKind): kind is WatchedKind =>
  watchedKinds.some((one) => one === kind);

/** The subject that stands for a set of recipients: `owners/` and the sorted lower-case addresses. */
export function ownersSubject(recipients: readonly string[]): string {
  const addresses = [...new Set(recipients.map((address) => address.toLowerCase()))].sort();
  return `owners/${addresses.join(",")}`;
}

/** The recipients that an `owners/` subject stands for. */
export function recipientsOf(subject: string): readonly string[] {
  return subject.slice("owners/".length).split(",").filter(Boolean);
}
