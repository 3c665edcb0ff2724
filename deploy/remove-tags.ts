import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Arm, createArm } from "./arm.ts";
import { ownTagKeys, taggedResources } from "./own-tags.ts";

const Tags = z.object({
  properties: z.object({ tags: z.record(z.string(), z.string()).nullish() }),
});

const apiVersion = "2021-04-01";

/** Lists the tags that the ledger says are ours and, with `--yes`, deletes exactly those keys. */
async function removeTags(arm: Arm, ledger: string, yes: boolean): Promise<number> {
  let left = 0;
  for (const subject of taggedResources(ledger)) {
    const path = `${subject}/providers/Microsoft.Resources/tags/default`;
    const found = await ownTags(arm, path);
    if (found.length === 0) continue;
    console.log(`${subject}: ${found.map(([key, value]) => `${key}=${value}`).join(", ")}`);
    if (!yes) continue;
    const answer = await arm.patch(path, apiVersion, {
      operation: "Delete",
      properties: { tags: Object.fromEntries(found) },
    });
    if (answer.status >= 300) {
      left += 1;
      console.error(`  not removed: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
    }
  }
  if (!yes) console.log("Nothing was changed; add --yes to delete these tags.");
  return left === 0 ? 0 : 1;
}

async function ownTags(arm: Arm, path: string): Promise<[string, string][]> {
  const parsed = Tags.safeParse((await arm.get(path, apiVersion)).body);
  const tags = parsed.success ? (parsed.data.properties.tags ?? {}) : {};
  return Object.entries(tags).filter(([key]) =>
    ownTagKeys.some((own) => own === key.toLowerCase()),
  );
}

const { values } = parseArgs({
  options: {
    ledger: { type: "string" },
    yes: { type: "boolean", default: false },
    endpoint: { type: "string" },
  },
});
if (!values.ledger) {
  console.error("--ledger FILE: the ledger as JSON lines, from GET /api/ledger");
  process.exitCode = 2;
} else {
  const ledger = readFileSync(values.ledger, "utf8");
  process.exitCode = await removeTags(await createArm(values.endpoint), ledger, values.yes);
}
