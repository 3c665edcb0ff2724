import { type InForce, type Stage, stages } from "../domain/policy.ts";

/** What a stage lets the guardrail do. */
export interface Allowed {
  readonly mail: boolean;
  readonly tag: boolean;
  readonly fixNew: boolean;
  readonly fixAll: boolean;
}

/** What is allowed under a stage; each one allows what those before it do. */
export function may(stage: Stage): Allowed {
  const from = (first: Stage) => stages.indexOf(stage) >= stages.indexOf(first);
  return {
    mail: from("tell"),
    tag: from("tell"),
    fixNew: from("fix-new"),
    fixAll: from("fix-all"),
  };
}

/** Whether anything may be changed now on a resource, new since the stage was set or not. */
export function mayChange(inForce: Pick<InForce, "stage" | "stopped">, isNew: boolean): boolean {
  const { fixNew, fixAll } = may(inForce.stage);
  return inForce.stopped === null && (fixAll || (fixNew && isNew));
}

/** The stage after this one, or null after the last. */
export const stageAfter = (stage: Stage): Stage | null => stages[stages.indexOf(stage) + 1] ?? null;
