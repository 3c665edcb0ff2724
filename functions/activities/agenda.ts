import type { AgendaRow, Gateways } from "../../shared/azure/ports.ts";
import type { SubjectKind } from "../../shared/domain/subject.ts";

/** Tables: agenda. */
export const agendaActivities = ({ agenda }: Pick<Gateways, "agenda">, now: () => string) => ({
  settle: async (input: { row: AgendaRow; next: string | null }) => ({
    kind: await agenda.settle(input.row, input.next),
  }),

  /** Whether the subject was marked anew since the row was taken, for a time that has come. */
  isDueAgain: async (input: { row: AgendaRow }) => {
    const row = await agenda.find(input.row.subject, input.row.kind);
    return { due: row !== null && row.etag !== input.row.etag && row.at <= now() };
  },

  /** Asks for a look; the time is read here, so that a repeat only asks once more. */
  mark: async (input: { subject: string; kind: SubjectKind }) => {
    await agenda.mark({ subject: input.subject, kind: input.kind, at: now() });
    return { marked: true };
  },
});
