/** How long the simulated Azure takes, in milliseconds (sources: azure-facts, the section named). */
export interface Delays {
  /** A cluster's update, an add-on's included (2.4: 4 min 43 s was recorded). */
  readonly clusterWrite: number;
  /** Creation of a cluster (2.4). */
  readonly clusterCreate: number;
  /** Start and stop of a cluster (2.4). */
  readonly clusterPower: number;
  /** A tag write; 0 = answered at once. */
  readonly tagWrite: number;
  /** From a write to its Event Grid event. */
  readonly event: number;
  /** From `send` to the operation's end. */
  readonly mail: number;
  /** From a resource write to its policy state (3.2: about 15 minutes). */
  readonly policyEvaluation: number;
  /** From a new assignment to its effect (3.2: about 5 minutes). */
  readonly assignmentEffect: number;
  /** From the add-on's start to its first report (3.2: up to 20 minutes sync, audits each 15). */
  readonly addonReport: number;
  /** From a write to its row in Resource Graph (7: seconds to minutes, no number is documented). */
  readonly graph: number;
  /** From a push, or from the plan coming on, to the image's findings (5.4: within hours). */
  readonly imageScan: number;
  /** From the deletion of an image, or the plan going off, to the end of its findings (5.4: 1 hour). */
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
