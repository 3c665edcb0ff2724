import type { Case } from "../domain/case.ts";
import type { Cluster } from "../domain/cluster.ts";
import type { Finding } from "../domain/finding.ts";
import type { InForce } from "../domain/policy.ts";
import type { Known } from "../domain/refusal.ts";
import { clusterObjections } from "./cluster-objections.ts";
import type { Verdict } from "./compliance.ts";
import { type Leave, leave, type Objection, stoppedBy } from "./decide.ts";
import { may } from "./stage.ts";

/** What is known of a cluster before it is tagged. */
export interface TagFacts {
  readonly cluster: Cluster;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** When the cluster was created; absent = nobody asked. */
  readonly createdAt?: Known<string | null>;
  readonly case: Case | null;
  readonly now: string;
}

/** Tags to merge into those of the cluster; no other tag is touched. */
export interface TagWrite {
  readonly kind: "write";
  readonly tags: Readonly<Record<string, string>>;
  /** What they say, in a few words. */
  readonly detail: string;
}

/** The tags that the guardrail writes, and no others. */
export const ownTags = { verdict: "guardrail-compliance", since: "guardrail-since" } as const;

const about = { rule: "compliance", act: "write-tags" } as const;

/**
 * Whether to write the verdict and the day since which it holds on a cluster: only when they differ
 * from what is there, and never when the verdict is unknown. A good verdict only takes the place of another.
 */
export function decideTags(facts: TagFacts, inForce: InForce): TagWrite | Leave {
  const { cluster, now } = facts;
  const createdAt = facts.createdAt ?? { kind: "known", value: null };
  const before = { cluster, createdAt, case: facts.case, now };
  const objections = clusterObjections(about, before, inForce);
  return decideTagsOf({ ...facts, resource: cluster, noun: "cluster" }, objections, inForce);
}

/** What is known of any resource before it is tagged. */
export interface ResourceTagFacts extends Pick<TagFacts, "verdict" | "findings" | "now"> {
  readonly resource: Pick<Cluster, "tags">;
  readonly noun: "cluster" | "registry";
}

/** The same for a resource of any kind; the first objection wins. */
export function decideTagsOf(
  facts: ResourceTagFacts,
  objections: readonly (Objection | null)[],
  inForce: InForce,
): TagWrite | Leave {
  const { resource, verdict } = facts;
  if (verdict === "unknown") {
    const detail = "what is not known changes no tag";
    return leave(about, { reason: "no-policy-reports", detail });
  }
  if (verdict === "compliant" && tagOf(resource, ownTags.verdict) === null) {
    const detail = "what is in order and never bore our tags needs none";
    return leave(about, { reason: "compliant", detail });
  }
  const tags = { [ownTags.verdict]: verdict, [ownTags.since]: sinceOf(facts, verdict) };
  const differs = Object.entries(tags).some(([name, value]) => tagOf(resource, name) !== value);
  if (!differs) return leave(about, { reason: "compliant", detail: "the tags say so already" });
  const objection = objections.find((one) => one !== null) ?? heldBack(inForce);
  if (objection) return leave(about, objection);
  return { kind: "write", tags, detail: `the ${facts.noun} is ${verdict}` };
}

function heldBack({ policy, stage, stopped }: InForce): Objection | null {
  if (policy.rules.compliance.mode === "observe") {
    return { reason: "stage", detail: "the policy only observes this (rules.compliance)" };
  }
  if (!may(stage).tag) {
    return { reason: "stage", detail: `no tags are written at the stage ${stage}` };
  }
  return stopped ? stoppedBy(stopped) : null;
}

/** A verdict that goes on keeps its day; a new one begins today. */
function sinceOf({ resource, findings, now }: ResourceTagFacts, verdict: Verdict): string {
  const present = tagOf(resource, ownTags.since);
  const goesOn = tagOf(resource, ownTags.verdict) === verdict;
  if (goesOn && present !== null && isDay(present)) return present;
  if (!goesOn || verdict === "compliant") return now.slice(0, 10);
  const open = findings.filter(({ resolvedAt }) => resolvedAt === null);
  return open.map(({ firstSeen }) => firstSeen.slice(0, 10)).sort()[0] ?? now.slice(0, 10);
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** Azure compares the names of tags without regard to case. */
function tagOf({ tags }: Pick<Cluster, "tags">, name: string): string | null {
  const found = Object.entries(tags).find(([each]) => each.toLowerCase() === name);
  return found?.[1] ?? null;
}
