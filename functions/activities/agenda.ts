import type { Gateways } from "../../shared/azure/ports.ts";
import { type AgendaRow, isDueAgain } from "../../shared/domain/agenda-row.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";
import type { SettleInput } from "../../shared/durable/agenda.ts";

/** Tables: agenda. */
export const agendaActivities = ({ agenda }: Pick<Gateways, "agenda">, now: () => string) => ({
  settle: async (input: SettleInput) => ({
    kind: await agenda.settle(input.row, input.next, input.noted),
  }),

  /** Whether the subject was marked since the row was taken, for a time that has come. */
  isDueAgain: async (input: { row: AgendaRow }) => {
    const found = await agenda.find(input.row.subject, input.row.kind);
    return { due: found !== null && isDueAgain(input.row, found, now()) };
  },

  /** Asks for a look; the time is read here, so that a repeat only asks once more. */
  mark: async (input: { subject: string; kind: SubjectKind }) => {
    await agenda.mark({ subject: input.subject, kind: input.kind, at: now() });
    return { marked: true };
  },
});
