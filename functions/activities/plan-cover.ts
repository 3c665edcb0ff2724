import type { Gateways } from "../../shared/azure/ports.ts";
import { saysUncovered } from "../../shared/decisions/plan-cover.ts";
import { after } from "../../shared/decisions/time.ts";
import type { AgendaRow } from "../../shared/domain/agenda-row.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { isWatchedKind, type SubjectKind } from "../../shared/domain/subject.ts";

/** By then nobody remembers the plans of before. */
const memory = { minutes: 2 };
/** A look that is planned so soon does as well. */
const soon = { minutes: 60 };

/** After a plan came on. Tables: agenda, cases. */
export const planCoverActivities = (
  { agenda, cases }: Pick<Gateways, "agenda" | "cases">,
  now: () => string,
) => ({
  /** Asks for a look at all in a subscription whose case says, or is about to say, that no plan covers it. */
  lookAtCovered: async (input: { subscriptionId: string }) => {
    const time = now();
    const isAhead = ({ at }: AgendaRow) => at > time && at <= after(time, soon);
    const rows = (await agenda.list()).filter((row) => isBelow(row, input.subscriptionId));
    const planned = new Set(rows.filter(isAhead).map(({ subject }) => subject));
    const due = rows.filter(({ at }) => at <= time);
    const wanted = new Map<string, SubjectKind>(due.map(({ subject, kind }) => [subject, kind]));
    let next: string | null = null;
    do {
      const page = await cases.list({ subscriptionId: input.subscriptionId }, next);
      for (const one of page.rows.filter(saysUncovered)) wanted.set(one.subject, one.kind);
      next = page.next;
    } while (next !== null);
    const asked = [...wanted].filter(([subject]) => !planned.has(subject));
    for (const [subject, kind] of asked) {
      await agenda.mark({ subject, kind, at: after(time, memory), notBefore: true });
    }
    return { kind: `${asked.length} to look at again` };
  },
});

const isBelow = ({ subject, kind }: AgendaRow, subscriptionId: string): boolean =>
  isWatchedKind(kind) &&
  kind !== "subscription" &&
  parseResourceId(subject)?.subscriptionId.toLowerCase() === subscriptionId.toLowerCase();
