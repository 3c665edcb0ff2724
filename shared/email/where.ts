import type { Finding } from "../domain/finding.ts";
import { firstOf } from "./document.ts";
import { counted, line } from "./plain.ts";
import type { OtherObject, Place, Workload } from "./workloads.ts";

const mostNamespaces = 4;
const mostNames = 6;

/** Where a finding sits: a line for each namespace, and what is not listed. */
export function whereLines(finding: Finding, place: Place): string[] {
  const spaces = [...byNamespace(place)];
  const { shown, rest } = firstOf(spaces, mostNamespaces);
  return [
    ...shown.map(([namespace, names]) => namespaceLine(namespace, names)),
    ...(rest > 0 ? [`and ${counted(rest, "more namespace")}`] : []),
    ...incomplete(finding),
  ];
}

/** The same on one line, for lists. */
export function whereInShort({ workloads, others }: Place): string {
  const [first] = workloads;
  const [other] = others;
  const all = workloads.length + others.length;
  const more = all > 1 ? ` and ${all - 1} more` : "";
  if (first) return `${line(first.namespace, 40)}: ${line(first.name, 50)}${more}`;
  return other ? `${other.type} ${line(other.name, 50)}${more}` : "";
}

function namespaceLine(namespace: string | null, names: readonly string[]): string {
  const { shown, rest } = firstOf(names, mostNames);
  const list = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
  return namespace === null ? list : `${line(namespace, 63)}: ${list}`;
}

function byNamespace({ workloads, others }: Place): Map<string | null, string[]> {
  const spaces = new Map<string | null, string[]>();
  const add = (namespace: string | null, name: string) =>
    spaces.set(namespace, [...(spaces.get(namespace) ?? []), name]);
  for (const workload of workloads) add(workload.namespace, workloadName(workload));
  for (const other of others) add(other.namespace, objectName(other));
  return spaces;
}

function workloadName({ kind, name, pods }: Workload): string {
  if (kind === "pod") return `pod ${line(name, 63)}`;
  return `${kind} ${line(name, 63)} (${counted(pods.length, "pod")})`;
}

const objectName = ({ type, name }: OtherObject): string => `${line(type, 40)} ${line(name, 63)}`;

function incomplete({ components, componentCount, cutOff }: Finding): string[] {
  if (cutOff) {
    return [
      `Seen: ${componentCount}. Azure reports at most 500 for one policy and cluster: there may be more.`,
    ];
  }
  if (componentCount <= components.length) return [];
  return [`From the first ${components.length} of ${componentCount} that Azure reports.`];
}
