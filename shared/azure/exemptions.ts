import { keyOf } from "../domain/key.ts";
import type { Exemption } from "../domain/policy.ts";
import { canonicalId } from "../domain/resource-id.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import type { ExemptionGateway } from "./table-ports.ts";
import type { StoredRow, Table } from "./tables.ts";

const partitionKey = "exemptions";

/** Exemptions given over HTTP, one row a scope and rule. */
export function createExemptionGateway(table: Table): ExemptionGateway {
  return {
    list: async () => (await table.query()).map(read),

    put: (exemption) =>
      table.put({
        partitionKey,
        rowKey: rowKeyOf(exemption.scope, exemption.rule),
        ...toChunks(exemption),
      }),

    async remove(scope, rule) {
      return (await table.remove(partitionKey, rowKeyOf(scope, rule))) === "written";
    },
  };
}

/** The rule is hashed too: over HTTP it is any text, and a key takes no slash. */
const rowKeyOf = (scope: string, rule: string): string =>
  `${keyOf(canonicalId(scope))}-${/^[A-Za-z]{1,40}$/.test(rule) ? rule : keyOf(rule)}`;

const read = (row: StoredRow): Exemption => fromChunks(row) as Exemption;
