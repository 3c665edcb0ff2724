import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { odata, TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { freePorts, startAzurite } from "../../../local/host/azurite.ts";

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

  it("starts once more when somebody has taken one of its ports meanwhile", async () => {
    const somebody = createServer();
    await once(somebody.listen(0, "127.0.0.1"), "listening");
    const taken = (somebody.address() as AddressInfo).port;
    let asked = 0;
    const running = await startAzurite({
      async findPorts(count) {
        asked += 1;
        const [blob = 0, queue = 0, free = 0] = await freePorts(count);
        return [blob, asked === 1 ? taken : queue, free];
      },
    });
    await table(running.connectionString).createTable();
    expect(asked).toBe(2);
    await running.stop();
    somebody.close();
  });
});
