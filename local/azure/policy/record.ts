import type { Time } from "../clock.ts";
import type { InClusterViolations } from "../estate-entry.ts";
import type { JsonObject } from "../json.ts";
import { canonical } from "../resource-id.ts";
import type { Resource } from "../store.ts";
import type { AssignedRule } from "./assignments.ts";
import type { Verdict } from "./verdict.ts";

/** One thing inside a cluster that violates a policy, as the estate tells it. */
export type ComponentViolation = InClusterViolations["violations"][number];

/** One verdict of Azure Policy at one time. */
export interface PolicyRecord {
  /** Resource, assignment, definition and reference: what makes two verdicts one state. */
  readonly key: string;
  readonly resource: Resource;
  readonly rule: AssignedRule;
  readonly state: Verdict["state"];
  readonly details: JsonObject;
  /** Judged inside a cluster by the add-on: what it found there. Null for other rules. */
  readonly components: readonly ComponentViolation[] | null;
  readonly at: Time;
}

/** The key under which verdicts on a resource by a rule are one state. */
export function recordKey(resourceId: string, rule: AssignedRule): string {
  const { assignment, definitionId, reference } = rule;
  return [resourceId, assignment.id, definitionId, reference ?? ""].map(canonical).join("|");
}

const day = 24 * 3_600_000;
const auditInterval = 15 * 60_000;

/**
 * When a state that still holds was last confirmed: Azure looks at everything once a day, the add-on
 * every 15 minutes.
 */
export function confirmedAt({ at, components }: PolicyRecord, now: Time): Time {
  const interval = components === null ? day : auditInterval;
  return at + Math.max(0, Math.floor((now - at) / interval)) * interval;
}
