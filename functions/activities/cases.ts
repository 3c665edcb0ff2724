import type { Gateways } from "../../shared/azure/ports.ts";
import { backoff } from "../../shared/decisions/backoff.ts";
import { after } from "../../shared/decisions/time.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { isWatchedKind, type SubjectKind } from "../../shared/domain/subject.ts";
import { recordInto, type TakenRow, takeFrom } from "../../shared/durable/agenda.ts";
import { faultyCase, openCase } from "../../shared/durable/case-of-run.ts";
import type { InForceSource } from "./in-force.ts";
import { watchedAmong } from "./scope.ts";
import { slim } from "./slim.ts";

/** What a run stamps on its ledger lines. */
export interface Stamp {
  readonly appVersion: string;
  /** Our own identity. */
  readonly by: string;
}

/** What a run begins with: the rules, its row and its case, all read before anything else. */
export interface Taken extends TakenRow {
  /** Unwatched: the policy leaves out the subscription that the subject lies in. */
  readonly kind: "taken" | "unwatched";
  readonly inForce: InForce;
  readonly stamp: Stamp;
}

/** The ends of a run: where it begins, and where what it learned is kept. Tables: agenda, cases, system. */
export const caseActivities = (
  { agenda, cases, system }: Pick<Gateways, "agenda" | "cases" | "system">,
  source: InForceSource,
  facts: { readonly stamp: Stamp; now(): string },
) => ({
  take: async (input: {
    subject: string;
    kind: SubjectKind;
  }): Promise<Taken | { kind: "nothing" }> => {
    const inForce = await source.recent();
    const taken = await takeFrom({ agenda, cases }, { ...input, now: facts.now() });
    if (!taken) return { kind: "nothing" };
    const { row } = taken;
    const found = taken.case && { ...taken.case, case: slim(taken.case.case) };
    const subscriptionId = parseResourceId(input.subject)?.subscriptionId ?? "";
    const isWatched =
      !isWatchedKind(input.kind) ||
      (await watchedAmong(system, inForce.policy, [subscriptionId])).size > 0;
    const kind = isWatched ? "taken" : "unwatched";
    return { kind, row, case: found, inForce, stamp: facts.stamp };
  },

  record: (input: { subject: string; case: Case; etag: string | null }) =>
    recordInto(cases, input.case, input.etag),

  /** Keeps a fault with the subject's case and answers when to look again. */
  noteFault: async (input: { subject: string; kind: SubjectKind; message: string }) => {
    const now = facts.now();
    const again = (count: number) => ({
      next: after(now, { minutes: backoff(count) }),
    });
    if (!isWatchedKind(input.kind)) return again(1);
    const found = await cases.find(input.subject);
    const inForce = await source.recent();
    const before = found?.case ?? openCase(input.subject, input.kind, { inForce, now });
    const faulty = faultyCase(before, input.message, now);
    await cases.put(faulty, found?.etag ?? null);
    return again(faulty.fault?.count ?? 1);
  },
});
