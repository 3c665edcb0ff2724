import { createHash } from "node:crypto";
import { isRestError } from "@azure/core-rest-pipeline";
import type { ContainerClient } from "@azure/storage-blob";
import { fromChunks, toChunks } from "./long-text.ts";
import { inParallel, quoted } from "./rows.ts";
import type { QuarantineEntry, QuarantineGateway } from "./table-ports.ts";
import type { StoredRow, Table } from "./tables.ts";

/** Poison events: what is known of each in a row, its body in a blob. */
export function createQuarantineGateway(
  table: Table,
  container: () => ContainerClient | Promise<ContainerClient>,
): QuarantineGateway {
  const blobs = createBodies(container);
  const find = async (id: string): Promise<QuarantineEntry | null> => {
    const keys = keysOf(id);
    const row = keys && (await table.get(keys.partitionKey, keys.rowKey));
    return row && read(row);
  };
  const remove = async (id: string): Promise<void> => {
    const keys = keysOf(id);
    if (!keys) return;
    await table.remove(keys.partitionKey, keys.rowKey);
    await blobs.remove(id);
  };

  return {
    async put({ at, source, reason, body }) {
      const partitionKey = at.slice(0, 10);
      const rowKey = createHash("sha256").update(body).digest("hex").slice(0, 32);
      const id = `${partitionKey}-${rowKey}`;
      const entry: QuarantineEntry = { id, at, source, reason, bytes: Buffer.byteLength(body) };
      await blobs.put(id, body);
      await table.put({ partitionKey, rowKey, at, ...toChunks(entry) });
      return id;
    },

    async list() {
      const entries = (await table.query()).map(read);
      return entries.sort((one, other) => other.at.localeCompare(one.at));
    },

    async body(id) {
      const entry = await find(id);
      const body = entry && (await blobs.get(id));
      return entry && body !== null ? { entry, body } : null;
    },

    remove,

    async removeOlder(than) {
      const rows = await table.query(`at lt ${quoted(than)}`);
      await inParallel(8, rows, (row) => remove(read(row).id));
      return rows.length;
    },
  };
}

function createBodies(container: () => ContainerClient | Promise<ContainerClient>) {
  const blob = async (id: string) => (await container()).getBlockBlobClient(id);
  return {
    async put(id: string, body: string): Promise<void> {
      const bytes = Buffer.from(body);
      const upload = async () => (await blob(id)).upload(bytes, bytes.length);
      try {
        await upload();
      } catch (error) {
        if (!isMissing(error)) throw error;
        await (await container()).createIfNotExists();
        await upload();
      }
    },

    async get(id: string): Promise<string | null> {
      try {
        return (await (await blob(id)).downloadToBuffer()).toString();
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async remove(id: string): Promise<void> {
      try {
        await (await blob(id)).delete();
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };
}

const isMissing = (error: unknown): boolean => isRestError(error) && error.statusCode === 404;

function keysOf(id: string): { partitionKey: string; rowKey: string } | null {
  const [, partitionKey, rowKey] = /^(\d{4}-\d{2}-\d{2})-([0-9a-f]{32})$/.exec(id) ?? [];
  return partitionKey && rowKey ? { partitionKey, rowKey } : null;
}

const read = (row: StoredRow): QuarantineEntry => fromChunks(row) as QuarantineEntry;
