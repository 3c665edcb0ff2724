import { keyOf } from "../domain/key.ts";
import { orchestratorOf, type SubjectKind } from "../domain/subject.ts";

/**
 * The one instance that looks at a subject: its orchestrator's name and the subject's key, so that a
 * second start joins the run in progress. Letters, digits and hyphens only, under 100 characters:
 * durable-functions puts ids into addresses without escaping them.
 */
export function instanceId(kind: SubjectKind, subject: string): string {
  return `${orchestratorOf[kind]}-${keyOf(subject)}`;
}
