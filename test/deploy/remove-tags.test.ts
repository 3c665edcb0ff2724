import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { taggedResources } from "../../deploy/own-tags.ts";
import { folderOfTest } from "../support/test-folder.ts";
import { startArm } from "./arm-server.ts";

const cluster =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks";
const tags = `${cluster}/providers/Microsoft.Resources/tags/default`;
const line = (act: string, kind = "change") => JSON.stringify({ subject: cluster, kind, act });

async function removeTags(ledger: string, more: string[]) {
  const file = join(folderOfTest(), "ledger.jsonl");
  writeFileSync(file, ledger);
  const arm = await startArm({
    [tags]: {
      properties: { tags: { "Guardrail-Compliance": "noncompliant", owner: "a@contoso.com" } },
    },
  });
  const { PATH = "" } = process.env;
  const child = spawn(
    process.execPath,
    ["deploy/remove-tags.ts", "--ledger", file, "--endpoint", arm.url, ...more],
    { env: { PATH } },
  );
  await new Promise((resolve) => child.on("close", resolve));
  await arm.stop();
  return arm.asked.filter(({ method }) => method !== "GET");
}

it("deletes exactly our keys from what the ledger says we tagged", async () => {
  const writes = await removeTags(`${line("write-tags")}\n${line("write-tags")}\n`, ["--yes"]);
  expect(writes).toEqual([
    {
      method: "PATCH",
      path: tags.toLowerCase(),
      body: {
        operation: "Delete",
        properties: { tags: { "Guardrail-Compliance": "noncompliant" } },
      },
    },
  ]);
});

it("only lists without --yes, and leaves alone what the ledger does not name", async () => {
  expect(await removeTags(line("write-tags"), [])).toEqual([]);
  expect(await removeTags(line("write-tags", "intent"), ["--yes"])).toEqual([]);
  expect(await removeTags(line("enable-addon"), ["--yes"])).toEqual([]);
});

it("names the line that is no ledger entry", () => {
  expect(() => taggedResources(`${line("write-tags")}\nnot json`)).toThrow(/line 2/);
});
