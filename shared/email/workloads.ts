import type { Component } from "../domain/violation.ts";
import { line } from "./plain.ts";

/** What runs pods, as far as their names tell. */
export type WorkloadKind =
  | "deployment"
  | "statefulset"
  | "daemonset"
  | "job"
  | "cronjob"
  /** One pod whose name would fit a daemonset, a job and others. */
  | "workload"
  | "pod";

/** Pods that seem to belong together; inferred from their names, so it can be wrong. */
export interface Workload {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly pods: readonly string[];
}

/** Something in a cluster that is no pod, such as a service or a role. */
export interface OtherObject {
  readonly namespace: string | null;
  readonly type: string;
  readonly name: string;
}

/** What a list of components is about, grouped. */
export interface Place {
  readonly workloads: readonly Workload[];
  readonly others: readonly OtherObject[];
}

/** Groups components by namespace and workload, the biggest first. */
export function placesOf(components: readonly Component[]): Place {
  const named = components.map(bounded);
  const pods = named.filter(isPod);
  return {
    workloads: workloadsOf(pods),
    others: named.filter((component) => !isPod(component)).map(otherObject),
  };
}

/** Names in Kubernetes have at most 253 characters; what is longer is no name. */
const bounded = (component: Component): Component => ({
  ...component,
  type: line(component.type, 60),
  namespace: component.namespace === null ? null : line(component.namespace, 253),
  name: line(component.name, 253),
});

const isPod = ({ type }: Component): boolean => /^(?:v1\/)?pods?$/i.test(type.trim());

const otherObject = ({ namespace, type, name }: Component): OtherObject => ({
  namespace: namespace === "" ? null : namespace,
  type: type.trim().toLowerCase() || "object",
  name,
});

/** The letters that Kubernetes makes random names of: no vowels, no 0, 1 and 3. */
const random = "[bcdfghjklmnpqrstvwxz2456789]";
const ofDeployment = new RegExp(`^(.+)-(${random}{6,10})-${random}{5}$`);
const ofCronJob = new RegExp(`^(.+)-\\d{8}-${random}{5}$`);
const ofIndexedJob = new RegExp(`^(.+)-\\d{1,4}-${random}{5}$`);
const ofStatefulSet = /^(.+)-\d{1,4}$/;
const ofController = new RegExp(`^(.+)-${random}{5}$`);
const jobLike = /(?:^|-)(?:jobs?|migrat\w*|backups?|batch|seed|import|export)(?:-|$)/;

function inferred(pod: string): Pick<Workload, "kind" | "name"> {
  const tries: readonly (readonly [RegExp, WorkloadKind])[] = [
    [ofCronJob, "cronjob"],
    [ofDeployment, "deployment"],
    [ofIndexedJob, "job"],
    [ofController, "daemonset"],
    [ofStatefulSet, "statefulset"],
  ];
  for (const [pattern, kind] of tries) {
    const name = pattern.exec(pod)?.[1];
    if (name) return { kind: kind === "daemonset" && jobLike.test(name) ? "job" : kind, name };
  }
  return { kind: "pod", name: pod };
}

function workloadsOf(pods: readonly Component[]): Workload[] {
  const groups = new Map<string, Omit<Workload, "pods"> & { readonly names: Set<string> }>();
  for (const pod of pods) {
    const namespace = pod.namespace || "default";
    const { kind, name } = inferred(pod.name);
    const key = JSON.stringify([namespace, kind, name]);
    const group = groups.get(key) ?? { namespace, kind, name, names: new Set() };
    group.names.add(pod.name);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ names, ...workload }) => unsure({ ...workload, pods: [...names] }))
    .sort(biggestFirst);
}

/** One pod alone is too little to tell a daemonset from a job or a bare replica set. */
const unsure = (workload: Workload): Workload =>
  workload.kind === "daemonset" && workload.pods.length === 1
    ? { ...workload, kind: "workload" }
    : workload;

const biggestFirst = (left: Workload, right: Workload): number =>
  right.pods.length - left.pods.length ||
  left.namespace.localeCompare(right.namespace, "en") ||
  left.name.localeCompare(right.name, "en");
