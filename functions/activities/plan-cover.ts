import type { Gateways } from "../../shared/azure/ports.ts";
import { saysUncovered } from "../../shared/decisions/plan-cover.ts";
import type { AgendaRow } from "../../shared/domain/agenda-row.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { isWatchedKind, type SubjectKind } from "../../shared/domain/subject.ts";

const minute = 60_000;
/** By then nobody remembers the plans of before. */
const memoryMinutes = 2;
/** A look that is planned within so many minutes does as well. */
const soonMinutes = 60;

/** After a plan came on. Tables: agenda, cases. */
export const planCoverActivities = (
  { agenda, cases }: Pick<Gateways, "agenda" | "cases">,
  now: () => string,
) => ({
  /** Asks for a look at all in a subscription whose case says, or is about to say, that no plan covers it. */
  lookAtCovered: async (input: { subscriptionId: string }) => {
    const time = Date.parse(now());
    const later = (minutes: number) => new Date(time + minutes * minute).toISOString();
    const isAhead = ({ at }: AgendaRow) => at > now() && at <= later(soonMinutes);
    const rows = (await agenda.list()).filter((row) => isBelow(row, input.subscriptionId));
    const planned = new Set(rows.filter(isAhead).map(({ subject }) => subject));
    const due = rows.filter(({ at }) => at <= now());
    const wanted = new Map<string, SubjectKind>(due.map(({ subject, kind }) => [subject, kind]));
    let next: string | null = null;
    do {
      const page = await cases.list({ subscriptionId: input.subscriptionId }, next);
      for (const one of page.rows.filter(saysUncovered)) wanted.set(one.subject, one.kind);
      next = page.next;
    } while (next !== null);
    const asked = [...wanted].filter(([subject]) => !planned.has(subject));
    for (const [subject, kind] of asked) {
      await agenda.mark({ subject, kind, at: later(memoryMinutes), notBefore: true });
    }
    return { kind: `${asked.length} to look at again` };
  },
});

const isBelow = ({ subject, kind }: AgendaRow, subscriptionId: string): boolean =>
  isWatchedKind(kind) &&
  kind !== "subscription" &&
  parseResourceId(subject)?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase();
