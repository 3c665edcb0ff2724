import { randomUUID } from "node:crypto";
import type { KeptImage } from "../domain/kept-image.ts";
import { keyOf } from "../domain/key.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { quoted, removeAll } from "./rows.ts";
import type { KeptImageGateway } from "./table-ports.ts";
import type { StoredRow, Table } from "./tables.ts";

/** Characters of JSON in one row; a row holds at most 1 MB. */
const rowLength = 300_000;

/** Rows that no case has come to name for so long never will. */
const orphanAfter = 24 * 3_600_000;

/**
 * The images of registries, beside their cases: a registry can have thousands. Each state is a version
 * of its own and never changed, so that whoever holds the case's version reads exactly what was judged.
 */
export function createKeptImageGateway(table: Table): KeptImageGateway {
  const rowsOf = (registry: string) =>
    table.query(`PartitionKey eq ${quoted(keyOf(registry))}`, ["version", "at"]);

  return {
    async read(registry, version) {
      const filter = `PartitionKey eq ${quoted(keyOf(registry))} and RowKey ge ${quoted(`${version}-`)} and RowKey lt ${quoted(`${version}.`)}`;
      const rows = await table.query(filter);
      const parts = rows.toSorted((left, right) => left.rowKey.localeCompare(right.rowKey));
      const [first] = parts;
      if (!first || parts.length !== first["parts"]) return null;
      return parts.flatMap((row) => fromChunks(row) as KeptImage[]);
    },

    async write(registry, images, at) {
      const version = randomUUID();
      const parts = inRows(images);
      for (const [place, part] of parts.entries()) {
        await table.put({
          partitionKey: keyOf(registry),
          rowKey: `${version}-${String(place).padStart(4, "0")}`,
          version,
          at,
          parts: parts.length,
          ...toChunks(part),
        });
      }
      return version;
    },

    async remove(registry, { version, current, now }) {
      const isOrphan = ({ at }: StoredRow) =>
        Date.parse(now) - Date.parse(String(at)) > orphanAfter;
      const rows = (await rowsOf(registry)).filter((row) => {
        if (row["version"] === current) return false;
        return row["version"] === version || isOrphan(row);
      });
      return removeAll(table, rows);
    },
  };
}

/** Images in groups that fit into a row each; at least one group, so that "none" can be kept too. */
function inRows(images: readonly KeptImage[]): readonly (readonly KeptImage[])[] {
  const groups: KeptImage[][] = [[]];
  let length = 0;
  for (const image of images) {
    const own = JSON.stringify(image).length;
    if (length > 0 && length + own > rowLength) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(image);
    length += own;
  }
  return groups;
}
