/** A policy definition that a resource violates. */
export interface Violation {
  /** GUID (last segment) of the definition, lower case. */
  readonly definition: string;
  /** Name of the assignment that found it, for people. */
  readonly assignment: string;
  readonly assignmentId: string;
  readonly layer: "in-cluster" | "resource";
  /** First 50 in-cluster components; empty for the resource itself. */
  readonly components: readonly Component[];
  /** All of them; a lower bound when `cutOff`. */
  readonly componentCount: number;
  /** Azure keeps at most 500 rows a policy and cluster: there may be more. */
  readonly cutOff: boolean;
}

/** A thing inside a cluster that violates a policy. */
export interface Component {
  /** Such as `Pod`; as Azure says it. */
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly reason: string | null;
}

/** What Azure Policy says of one layer of a resource. */
export interface Compliance {
  readonly violations: readonly Violation[];
  /** How many states are Compliant: without one, nothing is known. */
  readonly compliant: number;
  /** States that are neither: Conflict, Error, NotStarted ... by name and count. */
  readonly undecided: Readonly<Record<string, number>>;
  /** How many are excused by an Azure Policy exemption. */
  readonly exempt: number;
}
