/** An AKS cluster, as far as we look at it. */
export interface Cluster {
  /** As Azure spells it. */
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly nodeResourceGroup: string | null;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly provisioningState: string;
  readonly powerState: string;
  readonly etag: string | null;
  readonly addon: {
    readonly on: boolean;
    /** The spelling of the key found in `addonProfiles`; null when there is none. */
    readonly key: string | null;
  };
  readonly sensor: { readonly on: boolean; readonly workspaceId: string | null };
  readonly pools: readonly NodePool[];
  readonly kubernetesVersion: string | null;
}

/** A node pool, as far as its cost depends on it. */
export interface NodePool {
  readonly name: string;
  readonly vmSize: string;
  readonly count: number;
}

/** Whether Azure would take a write on the cluster now. */
export function readiness(
  cluster: Pick<Cluster, "provisioningState" | "powerState">,
): "ready" | "stopped" | "busy" {
  if (cluster.powerState.toLowerCase() !== "running") return "stopped";
  const ended = ["succeeded", "failed", "canceled"];
  return ended.includes(cluster.provisioningState.toLowerCase()) ? "ready" : "busy";
}
