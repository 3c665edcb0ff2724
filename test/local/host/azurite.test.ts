import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { odata, TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { startAzurite } from "../../../local/host/azurite.ts";

const table = (connectionString: string): TableClient =>
  TableClient.fromConnectionString(connectionString, "things", { allowInsecureConnection: true });

describe("Azurite as a child process", () => {
  it("keeps a table in its folder over a restart", async () => {
    const location = mkdtempSync(join(tmpdir(), "azurite-"));
    const first = await startAzurite({ location });
    await table(first.connectionString).createTable();
    await table(first.connectionString).createEntity({ partitionKey: "a", rowKey: "b", n: 1 });
    await first.stop();

    const second = await startAzurite({ location });
    const filter = odata`PartitionKey eq ${"a"}`;
    const rows: object[] = [];
    for await (const row of table(second.connectionString).listEntities({
      queryOptions: { filter },
    })) {
      rows.push(row);
    }
    expect(rows).toMatchObject([{ rowKey: "b", n: 1 }]);
    await second.stop();
    rmSync(location, { recursive: true });
  });
});
