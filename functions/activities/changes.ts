import type { Gateways } from "../../shared/azure/ports.ts";
import type { Reservation } from "../../shared/azure/table-ports.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { LedgerEntry } from "../../shared/domain/ledger-entry.ts";
import { recordInto } from "../../shared/durable/agenda.ts";

/** Failed verifications in a row after which all writes stop. */
const failuresToStop = 3;

/** What surrounds a change: room under the limits, ledger, verification. Tables: system, ledger, cases. */
export const changeActivities = (
  { system, ledger, cases }: Pick<Gateways, "system" | "ledger" | "cases">,
  now: () => string,
) => ({
  reserve: (input: { subject: string; reservation: Reservation }) =>
    system.reserve(input.reservation),

  release: (input: { subject: string; reservation: Reservation }) =>
    system.release(input.reservation),

  /**
   * Writes down that a change is about to be made, in the ledger and in the case: a run that dies
   * in between is finished by the next one.
   */
  intend: async (input: {
    subject: string;
    entry: LedgerEntry;
    case: Case;
    etag: string | null;
  }) => {
    await ledger.write(input.entry);
    return recordInto(cases, input.case, input.etag);
  },

  writeLedger: async (input: { subject: string; entries: readonly LedgerEntry[] }) => {
    for (const entry of input.entries) await ledger.write(entry);
    // Our own words only: the log, and the workbook that reads it, hold no text from outside.
    return { kind: input.entries.map(lineOf).join(", ") };
  },

  noteVerification: async (input: { subject: string; ok: boolean; what: string }) => {
    const failures = await system.noteVerification(input.ok);
    const stop = failures >= failuresToStop && (await system.stop()) === null;
    if (stop) {
      const why = `${failures} changes in a row were accepted by Azure but did not show when read back; the last: ${input.what}`;
      await system.setStop({ at: now(), by: "guardrail", why });
    }
    return { failures, stopped: stop };
  },
});

const lineOf = ({ kind, act, addedCost }: LedgerEntry): string =>
  `${kind} ${act} ${Math.round(addedCost ?? 0)}`;
