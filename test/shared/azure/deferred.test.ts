import { expect, it } from "vitest";
import { deferGateways } from "../../../shared/azure/deferred.ts";
import type { Gateways } from "../../../shared/azure/ports.ts";
import type { AgendaRow } from "../../../shared/domain/agenda-row.ts";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";

const row: AgendaRow = {
  ...{ subject: "/subscriptions/a", kind: "subscription", at: "2026-11-23T09:00:00.000Z" },
  ...{ etag: "1", by: null },
};

function loading() {
  let loads = 0;
  const kept: string[] = [];
  const gateways = {
    agenda: {
      list: async () => [row],
      mark: async ({ subject }: { subject: string }) => void kept.push(subject),
    },
    ledger: {
      async *list(from: string, to: string) {
        yield { id: `${from}..${to}` } as LedgerEntry;
      },
    },
  } as unknown as Gateways;
  const deferred = deferGateways(async () => {
    loads += 1;
    return gateways;
  });
  return { deferred, kept, loads: () => loads };
}

it("loads nothing until something is asked, and then once", async () => {
  const { deferred, kept, loads } = loading();
  const { agenda } = deferred;
  expect(loads()).toBe(0);
  const [rows] = await Promise.all([
    agenda.list(),
    agenda.mark({ subject: "one", kind: "cluster", at: row.at }),
  ]);
  expect(rows).toEqual([row]);
  expect(kept).toEqual(["one"]);
  expect(loads()).toBe(1);
});

it("reads the ledger as it comes", async () => {
  const { deferred } = loading();
  const ids: string[] = [];
  for await (const { id } of deferred.ledger.list("2026-11-01", "2026-11-02")) ids.push(id);
  expect(ids).toEqual(["2026-11-01..2026-11-02"]);
});
