import type { Taken } from "../../functions/activities/cases.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import { anInForce } from "./in-force.ts";

/** What `take` answers for a due subject. */
export function aTaken(over: {
  readonly subject: string;
  readonly kind: SubjectKind;
  readonly case?: Case | null;
  readonly inForce?: InForce;
  readonly by?: string | null;
  readonly isWatched?: boolean;
}): Taken {
  const { subject, kind } = over;
  const at = "2026-11-23T07:59:00.000Z";
  return {
    kind: over.isWatched === false ? "unwatched" : "taken",
    row: { subject, kind, at, etag: "row-1", by: over.by ?? null },
    case: over.case ? { case: over.case, etag: "case-1" } : null,
    inForce: over.inForce ?? anInForce(),
    stamp: { appVersion: "1.2.3", by: "guardrail-identity" },
  };
}

/** Input of one activity call, by the name of the activity. */
export function inputsOf(
  ran: { readonly inputs: readonly { readonly name: string; readonly input: unknown }[] },
  name: string,
): readonly Record<string, unknown>[] {
  return ran.inputs
    .filter((call) => call.name === name)
    .map((call) => call.input as Record<string, unknown>);
}
