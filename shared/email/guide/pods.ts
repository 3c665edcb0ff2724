import { type Recipe, type Recipes, words, yaml } from "./entry.ts";
import { load, podSpec } from "./kubectl.ts";

const container = podSpec("containers[*].securityContext");
const podAndContainers = podSpec("securityContext", "containers[*].securityContext");

/** Where in the manifest a line belongs: Kubernetes drops or refuses it on the other level. */
const inContainer = (text: string): string => `${text}        # in each container`;
const inPod = (text: string): string => `${text}        # in the pod spec`;

type Pod = Omit<Recipe, "source" | "change" | "check"> & {
  readonly yaml: readonly string[];
  readonly check?: Recipe["check"];
};

const ofPod = ({ yaml: lines, check = container, ...entry }: Pod): Recipe => ({
  ...entry,
  source: "manifest",
  change: () => [yaml(...lines)],
  check,
});

/** How pods are allowed to run: definitions of Azure Policy inside the cluster. */
export const podRecipes: Recipes = {
  "95edb821-ddaf-4404-9732-666045e056b4": ofPod({
    title: "Privileged container",
    severity: "High",
    why: "It controls its node and every pod on it.",
    yaml: [inContainer("securityContext: { privileged: false, allowPrivilegeEscalation: false }")],
    unseen: "Whether it needs the node. A few agents do: ask for an exemption for those.",
  }),
  "1c6e92c9-99f0-4e55-9cf2-0c234dc48f99": ofPod({
    title: "Privilege escalation allowed",
    severity: "Medium",
    why: "A process in it can gain more rights than it was started with.",
    yaml: [inContainer("securityContext: { allowPrivilegeEscalation: false }")],
  }),
  "c26596ff-4d70-4e6a-9a30-c2506bd2f80c": ofPod({
    title: "Linux capabilities beyond the allowed ones",
    severity: "Medium",
    why: "Each one is a right of root that most programs never use.",
    yaml: [inContainer("securityContext: { capabilities: { drop: [ALL] } }")],
    unseen: "Which capabilities the program needs. Add back only those that the policy allows.",
  }),
  "d2e7ea85-6b44-4317-a0be-1b951587f626": ofPod({
    title: "Capability SYS_ADMIN",
    severity: "High",
    why: "It is close to being root on the node.",
    yaml: [inContainer("securityContext: { capabilities: { drop: [ALL] } }")],
    unseen: "Which single capability the program needs instead, if any.",
  }),
  "f06ddb64-5fa3-4b77-b166-acb36f7f6042": ofPod({
    title: "User or group id that is not approved",
    severity: "Medium",
    why: "Root in a container is one flaw away from root on its node.",
    yaml: [
      inPod(
        "securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001 }",
      ),
    ],
    check: podAndContainers,
    unseen:
      "Which user the image expects: its files must be readable for that id. What a container sets itself outranks the pod.",
  }),
  "df49d893-a74c-421d-bc95-c663042e5b80": ofPod({
    title: "Root file system can be written",
    severity: "Medium",
    why: "An intruder can leave programs in it and change yours.",
    yaml: [
      inContainer("securityContext: { readOnlyRootFilesystem: true }"),
      inContainer("volumeMounts: [ { name: tmp, mountPath: /tmp } ]"),
      inPod("volumes: [ { name: tmp, emptyDir: {} } ]"),
    ],
    unseen: "Which paths the program writes. Mount an emptyDir at each, as with /tmp.",
  }),
  "975ce327-682c-4f2e-aa46-b9598289b86c": ofPod({
    title: "Seccomp profile missing or not allowed",
    severity: "Low",
    why: "Without one it may make every system call of the kernel.",
    yaml: [inPod("securityContext: { seccompProfile: { type: RuntimeDefault } }")],
    check: podAndContainers,
  }),
  "511f5417-5d12-434d-ab2e-816901e72a5e": ofPod({
    title: "AppArmor profile missing or not allowed",
    severity: "Low",
    why: "AppArmor limits which files and rights a program can reach.",
    yaml: [
      "securityContext: { appArmorProfile: { type: RuntimeDefault } }        # in the pod spec; Kubernetes 1.30 or newer",
    ],
    check: podAndContainers,
  }),
  "47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8": ofPod({
    title: "Shares process or IPC namespace of its node",
    severity: "High",
    why: "It sees the processes of other pods and can reach into them.",
    yaml: [inPod("hostPID: false"), inPod("hostIPC: false")],
    check: podSpec("hostPID", "hostIPC"),
  }),
  "82985f06-dc18-4a48-bc1c-b9f4f0098cfe": ofPod({
    title: "Uses the network or ports of its node",
    severity: "Medium",
    why: "It passes by network policies and can listen in on the node.",
    yaml: [
      inPod("hostNetwork: false"),
      "ports: [ { containerPort: 8080 } ]        # in each container, without hostPort",
    ],
    check: podSpec("hostNetwork", "containers[*].ports"),
    unseen: "Which port it listens on: 8080 stands for yours.",
  }),
  "098fc59e-46c7-4d99-9b16-64990e543d75": ofPod({
    title: "Mounts a path of its node",
    severity: "High",
    why: "Files of the node, other pods' secrets among them, come within reach.",
    yaml: [
      "volumes: [ { name: data, emptyDir: {} } ]        # or a persistentVolumeClaim, not hostPath",
    ],
    check: podSpec("volumes[*].hostPath"),
    unseen: "Whether the data must outlive the pod. If so, use a persistentVolumeClaim.",
  }),
  "16697877-1118-4fb1-9b65-9898ec2509ec": ofPod({
    title: "Volume of a type that is not allowed",
    severity: "Low",
    why: "Some types reach beyond the pod.",
    yaml: [
      "volumes: [ { name: data, emptyDir: {} } ]        # or configMap, secret, projected, persistentVolumeClaim",
    ],
    check: podSpec("volumes"),
    unseen: "Which types are allowed: a parameter of the assignment.",
  }),
  "423dd1ba-798e-40e4-9c4d-b6902674b423": ofPod({
    title: "Carries a credential of the Kubernetes API",
    severity: "Medium",
    why: "Whoever breaks into the pod can speak to the cluster in its name.",
    yaml: [inPod("automountServiceAccountToken: false")],
    check: podSpec("automountServiceAccountToken"),
    unseen: "Whether the program calls the Kubernetes API. If it does, ask for an exemption.",
  }),
  "e345eecc-fa47-480f-9e88-67dcc122b164": ofPod({
    title: "No CPU or memory limit",
    severity: "Medium",
    why: "One pod can starve its node.",
    yaml: [inContainer("resources: { limits: { cpu: ..., memory: ... } }")],
    check: load,
    unseen: "Your load, so no figures from us: measure it with the check, then leave room.",
  }),
  "03a4ecdb-0684-4039-be91-2762979e1bc8": ofPod({
    title: "No CPU or memory request",
    severity: "Low",
    why: "The scheduler cannot keep room for it, and it is the first to be evicted.",
    yaml: [inContainer("resources: { requests: { cpu: ..., memory: ... } }")],
    check: load,
    unseen: "Your load, so no figures from us: measure it with the check.",
  }),
  "b1a9997f-2883-4f12-bdff-2280f99b5915": ofPod({
    title: "Probes missing",
    severity: "Low",
    why: "A pod that hangs keeps getting traffic, and nobody restarts it.",
    yaml: [
      inContainer("readinessProbe: { httpGet: { path: /healthz, port: 8080 } }"),
      inContainer(
        "livenessProbe: { httpGet: { path: /healthz, port: 8080 }, initialDelaySeconds: 10 }",
      ),
    ],
    check: podSpec("containers[*].readinessProbe", "containers[*].livenessProbe"),
    unseen: "Path and port of your health endpoint: /healthz and 8080 stand for yours.",
  }),
  "9f061a12-e40d-4183-a00e-171812443373": {
    title: "Runs in the default namespace",
    severity: "Low",
    why: "Rights, quotas and network policies are set by namespace; there they hit everything.",
    source: "manifest",
    change: () => [
      words("Set metadata.namespace to a namespace of its own, deploy, then delete here."),
    ],
    check: () => ["kubectl -n default get all"],
    effect: "A new copy starts in the other namespace; service names inside the cluster change.",
    unseen: "Who calls it by its name in the namespace default.",
  },
};
