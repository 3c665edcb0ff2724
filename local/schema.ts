import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { policyJsonSchema } from "./policy-json-schema.ts";

/** Writes the published JSON schema of guardrail.json; a test fails while it is out of date. */
const path = fileURLToPath(new URL("../guardrail.schema.json", import.meta.url));
writeFileSync(path, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
