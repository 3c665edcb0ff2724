import type { Stage } from "../shared/domain/policy.ts";

/** One line of the preflight: what was looked at, whether the deployment can go on, what mends it. */
export interface Check {
  /** The subscription or management group that was looked at; null is the deployment as a whole. */
  readonly about: string | null;
  readonly title: string;
  readonly state: "ok" | "missing" | "unknown";
  readonly detail: string;
  /** The command or the setting that mends it. */
  readonly fix: string | null;
}

/** What is looked at. */
type Looked = Pick<Check, "about" | "title">;

/** All is well. */
export const ok = (looked: Looked, detail: string): Check => ({
  ...looked,
  state: "ok",
  detail,
  fix: null,
});

/** The deployment would fail, or the guardrail would not work: here is what mends it. */
export const missing = (looked: Looked, detail: string, fix: string): Check => ({
  ...looked,
  state: "missing",
  detail,
  fix,
});

/** It could not be looked at; the deployment may still succeed. */
export const unknown = (looked: Looked, detail: string): Check => ({
  ...looked,
  state: "unknown",
  detail,
  fix: null,
});

/** What is about to be deployed, as the azd environment says. */
export interface Plan {
  readonly environmentName: string;
  readonly location: string;
  /** The subscription that the guardrail itself goes to. */
  readonly hub: string;
  readonly watched: readonly string[];
  readonly managementGroups: readonly string[];
  readonly operators: string;
  readonly stage: Stage;
  readonly level: "observe" | "act" | "extensions";
  readonly mailDomain: string | null;
  readonly alwaysReady: number;
  /** Ids of system topics that watched subscriptions have already. */
  readonly existingTopics: {
    readonly resource: readonly string[];
    readonly policy: readonly string[];
  };
}
