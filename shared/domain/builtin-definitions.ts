/** What is known of a built-in Azure Policy definition without asking Azure. */
export interface BuiltinDefinition {
  readonly name: string;
  /** `in-cluster` has the mode Microsoft.Kubernetes.Data; `resource` judges the ARM resource. */
  readonly layer: "in-cluster" | "resource";
  /** What the definition judges. */
  readonly about: "cluster" | "registry" | "subscription";
  /** In lower case; what holds when neither assignment nor initiative sets the effect. */
  readonly defaultEffect: string;
}

const ofCluster = (name: string, defaultEffect = "audit"): BuiltinDefinition => ({
  name,
  layer: "resource",
  about: "cluster",
  defaultEffect,
});

const inCluster = (name: string, defaultEffect = "audit"): BuiltinDefinition => ({
  name,
  layer: "in-cluster",
  about: "cluster",
  defaultEffect,
});

const ofRegistry = (name: string, defaultEffect = "audit"): BuiltinDefinition => ({
  name,
  layer: "resource",
  about: "registry",
  defaultEffect,
});

const ofSubscription = (name: string, defaultEffect: string): BuiltinDefinition => ({
  name,
  layer: "resource",
  about: "subscription",
  defaultEffect,
});

/**
 * Built-in definitions about AKS, registries and Defender plans, by lower-case GUID; names are
 * shortened. Source: Azure/azure-policy, built-in-policies, April 2026. An assignment's own
 * parameters outrank `defaultEffect`.
 */
export const builtinDefinitions: Readonly<Record<string, BuiltinDefinition>> = {
  "0a15ec92-a229-4763-bb14-0ea34a568f8d": ofCluster("Azure Policy add-on installed and enabled"),
  "a8eff44f-8c92-45c3-a3fb-9880802d67a7": ofCluster(
    "Deploy Azure Policy add-on",
    "deployifnotexists",
  ),
  "a1840de2-8088-4ea8-b153-b4c723e9cb01": ofCluster("Defender profile enabled"),
  "64def556-fbad-4622-930e-72d1d5589bf5": ofCluster(
    "Configure Defender profile",
    "deployifnotexists",
  ),
  "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea": ofCluster("Authorized IP ranges defined"),
  "ac4a19c2-fa67-49b4-8ae5-0b2e78c49457": ofCluster("Role-based access control used"),
  "993c2fcd-2b29-49d2-9eb0-df2c3a730c32": ofCluster("Local authentication disabled"),
  "040732e8-d947-40b8-95d6-854c95024bf8": ofCluster("Private cluster enabled"),
  "fb893a29-21bb-418c-a157-e99480ec364c": ofCluster("Non-vulnerable Kubernetes version"),
  "450d2877-ebea-41e8-b00c-e286317d21bf": ofCluster("Microsoft Entra ID integration enabled"),
  "5c345cdf-2049-47e0-b8fe-b0e96bc2df35": ofCluster("Cluster auto-upgrade enabled"),
  "04408ca5-aa10-42ce-8536-98955cdddd4c": ofCluster("Node OS auto-upgrade enabled"),
  "89f2d532-c53c-4f8f-9afa-4927b1114a0d": ofCluster("Command invoke disabled"),
  "28257686-e9db-403e-b9e2-a5eecbe03da9": ofCluster("SSH to nodes disabled"),
  "dbbdc317-9734-4dd8-9074-993b29c69008": ofCluster("Key Management Service enabled"),
  "da6e2401-19da-4532-9141-fb8fbde08431": ofCluster("Managed identities used"),
  "2cc2e023-0dac-4046-875b-178f683929d5": ofCluster("Workload identity enabled"),
  "af3c26b2-6fad-493e-9236-9c68928516ab": ofCluster("Image cleaner enabled"),
  "245fc9df-fa96-4414-9a0b-3738c2f7341c": ofCluster("Resource logs enabled", "auditifnotexists"),
  "7d7be79c-23ba-4033-84dd-45e2a5ccdd67": ofCluster("OS and data disks use customer keys"),
  "41425d9f-d1a5-499a-9932-f8ed8453932c": ofCluster("Temp disks encrypted at host"),
  "5dc99dae-cfb2-42cc-8762-9aae02b74e27": ofCluster("Deploy Image Integrity", "deployifnotexists"),

  "95edb821-ddaf-4404-9732-666045e056b4": inCluster("No privileged containers", "deny"),
  "febd0533-8e55-448f-b837-bd0e06f16469": inCluster("Allowed images only", "deny"),
  "e345eecc-fa47-480f-9e88-67dcc122b164": inCluster("CPU and memory limits set", "deny"),
  "03a4ecdb-0684-4039-be91-2762979e1bc8": inCluster("CPU and memory requests set", "deny"),
  "1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d": inCluster("HTTPS ingress only", "deny"),
  "3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e": inCluster("Internal load balancers used", "deny"),
  "233a2a17-77ca-4fb1-9b6b-69223d272a44": inCluster("Services on allowed ports only", "deny"),
  "46592696-4c7b-4bf3-9e45-6c2763bdc0a6": inCluster("Required labels set", "deny"),
  "82985f06-dc18-4a48-bc1c-b9f4f0098cfe": inCluster("Approved host network and ports only"),
  "47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8": inCluster("No shared host namespaces"),
  "df49d893-a74c-421d-bc95-c663042e5b80": inCluster("Read-only root file system"),
  "1c6e92c9-99f0-4e55-9cf2-0c234dc48f99": inCluster("No privilege escalation"),
  "c26596ff-4d70-4e6a-9a30-c2506bd2f80c": inCluster("Allowed capabilities only"),
  "d2e7ea85-6b44-4317-a0be-1b951587f626": inCluster("No CAP_SYS_ADMIN"),
  "f06ddb64-5fa3-4b77-b166-acb36f7f6042": inCluster("Approved user and group ids only"),
  "098fc59e-46c7-4d99-9b16-64990e543d75": inCluster("Allowed hostPath volumes only"),
  "511f5417-5d12-434d-ab2e-816901e72a5e": inCluster("Allowed AppArmor profiles only"),
  "975ce327-682c-4f2e-aa46-b9598289b86c": inCluster("Allowed seccomp profiles only"),
  "16697877-1118-4fb1-9b65-9898ec2509ec": inCluster("Allowed volume types only"),
  "423dd1ba-798e-40e4-9c4d-b6902674b423": inCluster("No automounted API credentials"),
  "9f061a12-e40d-4183-a00e-171812443373": inCluster("Default namespace not used"),
  "021f8078-41a0-40e6-81b6-c6597da9f3ee": inCluster("No latest tag on images"),
  "b1a9997f-2883-4f12-bdff-2280f99b5915": inCluster("Probes configured"),
  "a3dc4946-dba6-43e6-950d-f96532848c9f": inCluster("cluster-admin used only where required"),
  "ca8d5704-aa2b-40cf-b110-dc19052825ad": inCluster("No wildcards in roles"),
  "cf426bb8-b320-4321-8545-1b784a5df3a4": inCluster("Signed images only"),
  "13cd7ae3-5bc0-4ac4-a62d-4f7c120b9759": inCluster("Vulnerable images gated"),

  "090c7b07-b4ed-4561-ad20-e9075f3ccaff": ofRegistry(
    "Registry images without known vulnerabilities",
    "auditifnotexists",
  ),
  "17f4b1cc-c55c-4d94-b1f9-2978f6ac2957": ofCluster(
    "Running images without known vulnerabilities",
    "auditifnotexists",
  ),
  "5f0f936f-2f01-4bf5-b6be-d423792fa562": ofRegistry(
    "Registry images without known vulnerabilities (Qualys, retired)",
    "auditifnotexists",
  ),
  "0fc39691-5a3f-4e3e-94ee-2e6447309ad9": ofCluster(
    "Running images without known vulnerabilities (Qualys, retired)",
    "auditifnotexists",
  ),
  "9f2dea28-e834-476c-99c5-3507b4728395": ofRegistry("Anonymous pull disabled"),
  "dc921057-6b28-4fbe-9b83-f7bec05db6c2": ofRegistry("Admin account disabled"),
  "d0793b48-0edc-4296-a390-4c75d1bdfd71": ofRegistry("No unrestricted network access"),
  "0fdf0491-d080-4575-b627-ad0e843cba0f": ofRegistry("Public network access disabled"),
  "e8eef0a8-67cf-4eb4-9386-14b0e78733d4": ofRegistry("Private link used"),
  "42781ec6-6127-4c30-bdfa-fb423a0047d3": ofRegistry("ARM audience tokens disabled"),
  "524b0254-c285-4903-bee6-bb8126cde579": ofRegistry("Exports disabled"),
  "ff05e24e-195c-447e-b322-5e90c9f9f366": ofRegistry("Repository tokens disabled"),
  "5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580": ofRegistry("Encrypted with customer keys"),

  "1c988dd6-ade4-430f-a608-2a3e5b0a6d38": ofSubscription(
    "Defender for Containers enabled",
    "auditifnotexists",
  ),
  "4da35fc9-c9e7-4960-aec9-797fe7d9051d": ofSubscription(
    "Defender for Servers enabled",
    "auditifnotexists",
  ),
};

/** The built-in definition with this GUID or id, or null when it is none that we know. */
export function builtinDefinition(id: string): BuiltinDefinition | null {
  const guid = id.slice(id.lastIndexOf("/") + 1).toLowerCase();
  return Object.hasOwn(builtinDefinitions, guid) ? (builtinDefinitions[guid] ?? null) : null;
}
