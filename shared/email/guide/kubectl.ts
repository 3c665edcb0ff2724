import { shellOption, shellWord } from "../shell-word.ts";
import type { OtherObject, Workload, WorkloadKind } from "../workloads.ts";
import type { GuideContext } from "./entry.ts";

const shortKind: Readonly<Record<WorkloadKind, string>> = {
  deployment: "deploy",
  statefulset: "sts",
  daemonset: "ds",
  job: "job",
  cronjob: "cronjob",
  workload: "pod",
  pod: "pod",
};

/** Where a kind keeps the spec of its pods. */
function podSpecOf(kind: WorkloadKind): string {
  if (kind === "cronjob") return ".spec.jobTemplate.spec.template.spec";
  return shortKind[kind] === "pod" ? ".spec" : ".spec.template.spec";
}

const mostTargets = 4;
const mostNamespaces = 2;

/** Reads fields of the pod spec from the workloads concerned, such as `containers[*].image`. */
export const podSpec =
  (...fields: readonly string[]) =>
  ({ place }: GuideContext): readonly string[] => {
    const spaces = byNamespace(place.workloads).slice(0, mostNamespaces);
    if (spaces.length === 0) return [everyPod(fields)];
    return spaces.map((workloads) => readsFields(workloads, fields));
  };

/** The load of the pods concerned, as the cluster measures it. */
export const load = ({ place }: GuideContext): readonly string[] => {
  const spaces = byNamespace(place.workloads).slice(0, mostNamespaces);
  if (spaces.length === 0) return ["kubectl top pods --all-namespaces --containers"];
  return spaces.map((workloads) => `kubectl ${inNamespace(workloads)} top pods --containers`);
};

/** The labels of the workloads concerned. */
export const labels = ({ place }: GuideContext): readonly string[] => {
  const [first] = byNamespace(place.workloads);
  if (!first) return ["kubectl get pods --all-namespaces --show-labels"];
  const named = first.slice(0, mostTargets).map(target);
  return [`kubectl ${inNamespace(first)} get ${named.join(" ")} --show-labels`];
};

/** Reads a field of the objects of one kind that are concerned, such as an ingress. */
export const objects =
  (kind: string, field: string) =>
  ({ place }: GuideContext): readonly string[] => {
    const named = place.others.filter(({ type }) => type === kind);
    const [first] = named;
    if (!first) return [`kubectl get ${kind} --all-namespaces -o wide`];
    const names = named
      .filter(({ namespace }) => namespace === first.namespace)
      .slice(0, mostTargets)
      .map(({ name }) => name);
    const scope = first.namespace ? `${shellOption("-n", "--namespace", first.namespace)} ` : "";
    return [`kubectl ${scope}get ${targets(kind, names)} ${output(names.length, field)}`];
  };

/** Lists all objects of a kind that has no namespace. */
export const whole =
  (kind: string) =>
  ({ place }: GuideContext): readonly string[] => {
    const names = place.others.filter(ofKind(kind)).map(({ name }) => name);
    if (names.length === 0) return [`kubectl get ${kind} -o wide`];
    return [`kubectl get ${targets(kind, names.slice(0, mostTargets))} -o yaml`];
  };

const ofKind =
  (kind: string) =>
  ({ type }: OtherObject): boolean =>
    type === kind;

function byNamespace(workloads: readonly Workload[]): readonly (readonly Workload[])[] {
  const names = [...new Set(workloads.map(({ namespace }) => namespace))];
  return names.map((name) => workloads.filter(({ namespace }) => namespace === name));
}

const inNamespace = ([first]: readonly Workload[]): string =>
  shellOption("-n", "--namespace", first?.namespace ?? "default");

function readsFields(workloads: readonly Workload[], fields: readonly string[]): string {
  const [first] = workloads;
  const spec = podSpecOf(first?.kind ?? "pod");
  const alike = workloads.filter(({ kind }) => podSpecOf(kind) === spec).slice(0, mostTargets);
  const what =
    alike.length === 1 && first
      ? targets(shortKind[first.kind], [objectName(first)])
      : alike.map(target).join(" ");
  return `kubectl ${inNamespace(workloads)} get ${what} ${output(alike.length, ...fields.map((field) => `${spec}.${field}`))}`;
}

const objectName = ({ kind, name, pods }: Workload): string =>
  shortKind[kind] === "pod" ? (pods[0] ?? name) : name;

const target = (workload: Workload): string =>
  shellWord(`${shortKind[workload.kind]}/${objectName(workload)}`);

/** `ds log-tail`, or `ingress/a ingress/b`; a name that looks like an option stays a name. */
function targets(kind: string, names: readonly string[]): string {
  const [only] = names;
  const plain = names.length === 1 && only !== undefined && !only.startsWith("-");
  return plain
    ? `${kind} ${shellWord(only)}`
    : names.map((name) => shellWord(`${kind}/${name}`)).join(" ");
}

function output(count: number, ...paths: readonly string[]): string {
  const read = paths.map((path) => `{${path}}`).join(" ");
  if (count === 1) return `-o jsonpath=${shellWord(read)}`;
  const each = `{range .items[*]}{.kind}/{.metadata.name} ${read}{"\\n"}{end}`;
  return `-o jsonpath=${shellWord(each)}`;
}

function everyPod(fields: readonly string[]): string {
  const read = fields.map((field) => `{.spec.${field}}`).join(" ");
  const each = `{range .items[*]}{.metadata.namespace}/{.metadata.name} ${read}{"\\n"}{end}`;
  return `kubectl get pods --all-namespaces -o jsonpath=${shellWord(each)}`;
}
