import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchBurst } from "./burst.ts";
import { benchCost } from "./cost.ts";
import { benchIntake } from "./intake.ts";
import { benchLatency } from "./latency.ts";
import { asText, type Section, writeJson } from "./report.ts";
import { benchScan } from "./scan.ts";
import { benchStart } from "./start.ts";
import { benchThrottle } from "./throttle.ts";

const names = ["start", "intake", "burst", "scan", "throttle", "latency", "cost"] as const;
type Name = (typeof names)[number];

const usage = `npm run bench [-- [--quick] ${names.map((name) => `[${name}]`).join(" ")}]`;

function readWanted(): { readonly wanted: ReadonlySet<Name>; readonly quick: boolean } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false } },
  });
  const known = positionals.filter((name): name is Name => names.includes(name as Name));
  const unknown = positionals.find((name) => !names.includes(name as Name));
  if (unknown) throw new Error(`"${unknown}" is no part of the bench: ${usage}`);
  return { wanted: new Set(known.length > 0 ? known : names), quick: values.quick };
}

function show(section: Section): void {
  console.log(asText(section));
  writeJson(resolve("bench-out"), section, new Date());
}

const { wanted, quick } = readWanted();
const sizes = [
  { clusters: 1_000, subscriptions: 200, violatingEvery: 100 },
  { clusters: 10_000, subscriptions: 200, violatingEvery: 100 },
  // The scan alone.
  { clusters: 100_000, subscriptions: 200, violatingEvery: 0 },
];

if (wanted.has("start")) show((await benchStart({ rounds: quick ? 2 : 10 })).section);
if (wanted.has("intake"))
  show((await benchIntake({ repeat: 6, rounds: quick ? 30 : 200 })).section);
if (wanted.has("burst")) show((await benchBurst(quick ? 1_000 : 10_000, 100)).section);
if (wanted.has("scan")) show((await benchScan(quick ? sizes.slice(0, 1) : sizes)).section);
if (wanted.has("throttle")) show((await benchThrottle(quick ? 60 : 1_000)).section);
if (wanted.has("latency")) show((await benchLatency(quick ? 5 : 30)).section);
if (wanted.has("cost")) show((await benchCost()).section);
