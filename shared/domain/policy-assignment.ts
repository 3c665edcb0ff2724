/** An Azure Policy assignment in scope of a resource, one entry a definition that it assigns. */
export interface PolicyAssignment {
  readonly id: string;
  readonly name: string;
  /** Display name, else name. */
  readonly title: string;
  /** GUID (last segment) of the definition, lower case. */
  readonly definition: string;
  /** In-cluster (mode Microsoft.Kubernetes.Data) or about the ARM resource. */
  readonly layer: "in-cluster" | "resource";
  /** Effective effect in lower case: parameters and initiative resolved; `unknown` if they cannot be. */
  readonly effect: string;
  /** False when the assignment's enforcementMode is DoNotEnforce. */
  readonly enforced: boolean;
}

const harmless = ["audit", "auditifnotexists", "disabled", "manual"];

/** Whether an effect lets every workload be; an unknown one does not. */
export const isHarmless = (effect: string): boolean => harmless.includes(effect);
