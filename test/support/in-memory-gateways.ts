import { RestError } from "@azure/core-rest-pipeline";
import type { ContainerClient } from "@azure/storage-blob";
import { createAgendaGateway } from "../../shared/azure/agenda.ts";
import { createAlertGateway } from "../../shared/azure/alerts.ts";
import { createCaseGateway } from "../../shared/azure/cases.ts";
import { createDigestGateway } from "../../shared/azure/digests.ts";
import { createExemptionGateway } from "../../shared/azure/exemptions.ts";
import { createKeptImageGateway } from "../../shared/azure/kept-images.ts";
import { createLedgerGateway } from "../../shared/azure/ledger.ts";
import { createNoticeGateway } from "../../shared/azure/notices.ts";
import type { Gateways } from "../../shared/azure/ports.ts";
import { createQuarantineGateway } from "../../shared/azure/quarantine.ts";
import { createSystemGateway } from "../../shared/azure/system.ts";
import { createInMemoryTable } from "./in-memory-table.ts";

/** The gateways that keep the app's own state. */
export type StateGateways = Pick<
  Gateways,
  | "agenda"
  | "system"
  | "cases"
  | "keptImages"
  | "alerts"
  | "notices"
  | "digests"
  | "ledger"
  | "quarantine"
  | "exemptions"
>;

/** The app's own gateways to tables and blobs, on tables and blobs in memory. */
export function createInMemoryGateways(): StateGateways {
  const container = createInMemoryContainer();
  return {
    agenda: createAgendaGateway(createInMemoryTable()),
    system: createSystemGateway(createInMemoryTable()),
    cases: createCaseGateway(createInMemoryTable()),
    keptImages: createKeptImageGateway(createInMemoryTable()),
    alerts: createAlertGateway(createInMemoryTable()),
    notices: createNoticeGateway(createInMemoryTable()),
    digests: createDigestGateway(createInMemoryTable()),
    ledger: createLedgerGateway(createInMemoryTable()),
    quarantine: createQuarantineGateway(createInMemoryTable(), () => container),
    exemptions: createExemptionGateway(createInMemoryTable()),
  };
}

/** A blob container in memory: what the quarantine uses of one. */
function createInMemoryContainer(): ContainerClient {
  const blobs = new Map<string, Buffer>();
  const missing = () => new RestError("The specified blob does not exist.", { statusCode: 404 });
  const client = {
    createIfNotExists: async () => ({ succeeded: true }),
    getBlockBlobClient: (name: string) => ({
      upload: async (body: Buffer) => {
        blobs.set(name, Buffer.from(body));
      },
      downloadToBuffer: async () => {
        const body = blobs.get(name);
        if (!body) throw missing();
        return Buffer.from(body);
      },
      delete: async () => {
        if (!blobs.delete(name)) throw missing();
      },
    }),
  };
  return client as unknown as ContainerClient;
}
