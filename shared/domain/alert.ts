import type { Severity } from "./policy.ts";

/** A Defender alert with its fields bounded; all text is untrusted. */
export interface DefenderAlert {
  /** SystemAlertId. */
  readonly id: string;
  /** Such as `K8S_ExposedDashboard`. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** The resource the alert itself names: canonical id. */
  readonly resource: string;
  /** The subject whose case shows it: the resource, or its cluster once that is known. */
  readonly subject: string;
  readonly layer: AlertLayer;
  /** ISO times. */
  readonly startedAt: string;
  readonly seenAt: string;
  readonly remediation: readonly string[];
  /** https link into the Azure portal, or null. */
  readonly link: string | null;
  /** A simulated alert: told as a test, changes nothing. */
  readonly test: boolean;
  readonly status: "active" | "resolved" | "dismissed";
  /** What it is about inside the resource, such as `namespace shop`, `pod cart-1`. */
  readonly about: readonly string[];
}

/** Where an alert comes from: the audit log, a node or container at run time, a registry, else. */
export type AlertLayer = "audit-log" | "node" | "registry" | "other";
