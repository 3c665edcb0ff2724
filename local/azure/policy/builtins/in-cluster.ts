import { type Builtin, definitionOf, excludedNamespaces, initiativeOf } from "./definition.ts";

const inCluster = (id: string, displayName: string, effect = "Audit"): Builtin => ({
  id,
  displayName,
  category: "Kubernetes",
  version: "9.3.0",
  mode: "Microsoft.Kubernetes.Data",
  effect,
  allowed: ["audit", "Audit", "deny", "Deny", "disabled", "Disabled"],
  parameters: { excludedNamespaces },
  rule: {
    field: "type",
    in: ["Microsoft.ContainerService/managedClusters", "Microsoft.Kubernetes/connectedClusters"],
  },
});

const privileged = "95edb821-ddaf-4404-9732-666045e056b4";
const escalation = "1c6e92c9-99f0-4e55-9cf2-0c234dc48f99";
const hostNetwork = "82985f06-dc18-4a48-bc1c-b9f4f0098cfe";
const hostNamespaces = "47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8";
const capabilities = "c26596ff-4d70-4e6a-9a30-c2506bd2f80c";
const hostPath = "098fc59e-46c7-4d99-9b16-64990e543d75";
const userIds = "f06ddb64-5fa3-4b77-b166-acb36f7f6042";
const seccomp = "975ce327-682c-4f2e-aa46-b9598289b86c";
const volumeTypes = "16697877-1118-4fb1-9b65-9898ec2509ec";

const builtins: readonly Builtin[] = [
  inCluster(privileged, "Kubernetes cluster should not allow privileged containers", "Deny"),
  inCluster(
    "febd0533-8e55-448f-b837-bd0e06f16469",
    "Kubernetes cluster containers should only use allowed images",
    "Deny",
  ),
  inCluster(
    "e345eecc-fa47-480f-9e88-67dcc122b164",
    "Kubernetes cluster containers CPU and memory resource limits should not exceed the specified limits",
    "Deny",
  ),
  inCluster(
    "1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d",
    "Kubernetes clusters should be accessible only over HTTPS",
    "Deny",
  ),
  inCluster(
    "3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e",
    "Kubernetes clusters should use internal load balancers",
    "Deny",
  ),
  inCluster(
    "233a2a17-77ca-4fb1-9b6b-69223d272a44",
    "Kubernetes cluster services should listen only on allowed ports",
    "Deny",
  ),
  inCluster(
    "46592696-4c7b-4bf3-9e45-6c2763bdc0a6",
    "Kubernetes cluster pods should use specified labels",
    "Deny",
  ),
  inCluster(
    "03a4ecdb-0684-4039-be91-2762979e1bc8",
    "Kubernetes cluster containers should define CPU and memory resource requests",
    "Deny",
  ),
  inCluster(
    hostNetwork,
    "Kubernetes cluster pods should only use approved host network and port range",
  ),
  inCluster(hostNamespaces, "Kubernetes cluster containers should not share host namespaces"),
  inCluster(
    "df49d893-a74c-421d-bc95-c663042e5b80",
    "Kubernetes cluster containers should run with a read only root file system",
  ),
  inCluster(escalation, "Kubernetes clusters should not allow container privilege escalation"),
  inCluster(capabilities, "Kubernetes cluster containers should only use allowed capabilities"),
  inCluster(
    "d2e7ea85-6b44-4317-a0be-1b951587f626",
    "Kubernetes clusters should not grant CAP_SYS_ADMIN security capabilities",
  ),
  inCluster(
    userIds,
    "Kubernetes cluster pods and containers should only run with approved user and group IDs",
  ),
  inCluster(hostPath, "Kubernetes cluster pod hostPath volumes should only use allowed host paths"),
  inCluster(
    "511f5417-5d12-434d-ab2e-816901e72a5e",
    "Kubernetes cluster containers should only use allowed AppArmor profiles",
  ),
  inCluster(seccomp, "Kubernetes cluster containers should only use allowed seccomp profiles"),
  inCluster(volumeTypes, "Kubernetes cluster pods should only use allowed volume types"),
  inCluster(
    "423dd1ba-798e-40e4-9c4d-b6902674b423",
    "Kubernetes clusters should disable automounting API credentials",
  ),
  inCluster(
    "9f061a12-e40d-4183-a00e-171812443373",
    "Kubernetes clusters should not use the default namespace",
  ),
  inCluster(
    "021f8078-41a0-40e6-81b6-c6597da9f3ee",
    "Kubernetes cluster container images should not use the latest tag",
  ),
  inCluster(
    "b1a9997f-2883-4f12-bdff-2280f99b5915",
    "Ensure cluster containers have readiness or liveness probes configured",
  ),
  inCluster(
    "a3dc4946-dba6-43e6-950d-f96532848c9f",
    "Kubernetes clusters should ensure that the cluster-admin role is only used where required",
  ),
  inCluster(
    "ca8d5704-aa2b-40cf-b110-dc19052825ad",
    "Kubernetes clusters should minimize wildcard use in role and cluster role",
  ),
];

/** Built-in definitions that the add-on judges inside a cluster; several deny unless told otherwise. */
export const inClusterDefinitions = builtins.map(definitionOf);

/** The two pod security initiatives; their own effect outranks their members' defaults. */
export const initiatives = [
  initiativeOf({
    id: "a8640138-9b0a-4a28-b8cb-1666c838647d",
    displayName: "Kubernetes cluster pod security baseline standards for Linux-based workloads",
    category: "Kubernetes",
    version: "1.4.0",
    effect: "Audit",
    members: {
      PrivilegedContainers: privileged,
      HostNetworkPorts: hostNetwork,
      HostNamespaces: hostNamespaces,
      AllowedCapabilities: capabilities,
      AllowedHostPaths: hostPath,
    },
  }),
  initiativeOf({
    id: "42b8ef37-b724-4e24-bbc8-7a7708edfe00",
    displayName: "Kubernetes cluster pod security restricted standards for Linux-based workloads",
    category: "Kubernetes",
    version: "2.5.0",
    effect: "Audit",
    members: {
      PrivilegedContainers: privileged,
      PrivilegeEscalation: escalation,
      HostNetworkPorts: hostNetwork,
      HostNamespaces: hostNamespaces,
      AllowedCapabilities: capabilities,
      AllowedVolumeTypes: volumeTypes,
      UserGroupIds: userIds,
      AllowedSeccompProfiles: seccomp,
    },
  }),
];
