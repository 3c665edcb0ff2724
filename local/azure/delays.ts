/** How long the simulated Azure takes, in milliseconds. */
export interface Delays {
  /** A cluster's update, an add-on's included (4 min 43 s was recorded by the Azure CLI's tests). */
  readonly clusterWrite: number;
  /** Creation of a cluster (recorded by the Azure CLI's tests). */
  readonly clusterCreate: number;
  /** Start and stop of a cluster (recorded by the Azure CLI's tests). */
  readonly clusterPower: number;
  /** A tag write; 0 = answered at once. */
  readonly tagWrite: number;
  /** From a write to its Event Grid event. */
  readonly event: number;
  /** From `send` to the operation's end. */
  readonly mail: number;
  /** From a resource write to its policy state (about 15 minutes: Azure documentation, "Get policy compliance data"). */
  readonly policyEvaluation: number;
  /** From a new assignment to its effect (about 5 minutes: the same page). */
  readonly assignmentEffect: number;
  /** From the add-on's start to its first report (sync up to 20 minutes, audits each 15: "Azure Policy for Kubernetes"). */
  readonly addonReport: number;
  /** From a write to its row in Resource Graph (seconds to minutes, no number is documented). */
  readonly graph: number;
  /** From a push, or from the plan coming on, to the image's findings (within hours: Defender for Cloud documentation, "Vulnerability assessments"). */
  readonly imageScan: number;
  /** From the deletion of an image, or the plan going off, to the end of its findings (1 hour: the same page). */
  readonly imageGone: number;
}

/** Azure's own pace. */
export const azureDelays: Delays = {
  clusterWrite: 283_000,
  clusterCreate: 200_000,
  clusterPower: 145_000,
  tagWrite: 0,
  event: 3_000,
  mail: 5_000,
  policyEvaluation: 15 * 60_000,
  assignmentEffect: 5 * 60_000,
  addonReport: 35 * 60_000,
  graph: 5_000,
  imageScan: 60 * 60_000,
  imageGone: 60 * 60_000,
};
