import { readFileSync } from "node:fs";
import { readPolicy } from "../shared/policy.ts";

/** Refuses a deployment whose policy file does not parse, with every mistake by path. */
function check(path: string): number {
  const read = readPolicy(readFileSync(path, "utf8"), new Date().toISOString());
  if (read.kind === "ok") {
    console.log(`${path}: well formed, hash ${read.hash.slice(0, 12)}`);
    return 0;
  }
  for (const mistake of read.mistakes) {
    console.error(`${path}: ${mistake.path}: ${mistake.message}`);
  }
  return 1;
}

process.exitCode = check("dist/app/guardrail.json");
