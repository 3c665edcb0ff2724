import type { PlanTarget } from "./defender-plan.ts";
import type { RuleName, Severity } from "./policy.ts";
import type { Component } from "./violation.ts";

/** The four parts in which a cluster's case is told, and those of a registry and a subscription. */
export type PartName = "audit-log" | "node" | "configuration" | "workload" | "images" | "plans";

/** Something that does not hold for a subject. */
export interface Finding {
  /** The same for the same thing over its life: `policy:<guid>`, `addon`, `plan:Containers`, `image:<repository>@<digest>`, `alert:<id>`. */
  readonly key: string;
  readonly rule: RuleName | "alerts";
  readonly part: PartName;
  readonly severity: Severity;
  /** One line for people; may hold untrusted text. */
  readonly title: string;
  /** GUID of the policy definition, when one found it. */
  readonly definition: string | null;
  readonly assignment: string | null;
  readonly components: readonly Component[];
  readonly componentCount: number;
  readonly cutOff: boolean;
  /** Of a Defender plan: all that shall be on of it. Absent for others, and in cases of earlier versions. */
  readonly plan?: PlanTarget;
  /** ISO times. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly resolvedAt: string | null;
}

/** One part of a case: findings, none, or not readable and why. */
export interface Part {
  readonly name: PartName;
  readonly status: "findings" | "none" | "unreadable";
  readonly why: string | null;
}
