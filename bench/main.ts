import { resolve } from "node:path";
import { benchIntake } from "./intake.ts";
import { asText, type Section, writeJson } from "./report.ts";
import { benchStart } from "./start.ts";

const parts: Readonly<Record<string, () => Promise<{ readonly section: Section }>>> = {
  start: () => benchStart({ rounds: 10 }),
  intake: () => benchIntake({ repeat: 6, rounds: 200 }),
};

const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { section } = await part();
  console.log(asText(section));
  writeJson(resolve("bench-out"), section, new Date());
}
