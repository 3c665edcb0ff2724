/** One line of the preflight: what was looked at, whether the deployment can go on, what mends it. */
export interface Check {
  readonly title: string;
  readonly state: "ok" | "missing" | "unknown";
  readonly detail: string;
  /** The command or the setting that mends it. */
  readonly fix: string | null;
}

/** All is well. */
export const ok = (title: string, detail: string): Check => ({
  title,
  state: "ok",
  detail,
  fix: null,
});

/** The deployment would fail, or the guardrail would not work: here is what mends it. */
export const missing = (title: string, detail: string, fix: string): Check => ({
  title,
  state: "missing",
  detail,
  fix,
});

/** It could not be looked at; the deployment may still succeed. */
export const unknown = (title: string, detail: string): Check => ({
  title,
  state: "unknown",
  detail,
  fix: null,
});

/** What is about to be deployed, as the azd environment says. */
export interface Plan {
  readonly environmentName: string;
  readonly location: string;
  readonly hub: string;
  readonly watched: readonly string[];
  readonly managementGroup: string | null;
  readonly operators: string;
  readonly level: "observe" | "act" | "extensions";
  readonly mailDomain: string | null;
  readonly alwaysReady: number;
}
