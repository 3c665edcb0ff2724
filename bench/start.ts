import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { atLeast, atMost, type Section } from "./report.ts";
import { type Start, startToMark, startToRegistered } from "./start-process.ts";
import { buildVariants } from "./start-variants.ts";
import { median } from "./timing.ts";

const root = resolve(import.meta.dirname, "..");

/** The first time of a process: to all functions registered, and to the first mark written. */
export async function benchStart({ rounds }: { rounds: number }) {
  const variants = await buildVariants(join(root, "dist", "bench"));
  const cache = mkdtempSync(join(tmpdir(), "bench-cache-"));
  const file = join(root, "test/fixtures/events/grid/cluster-written.eventgrid.json");
  const event: unknown = JSON.parse(readFileSync(file, "utf8"));
  const cached = { NODE_COMPILE_CACHE: cache };
  const kinds: Readonly<Record<string, () => Promise<Start>>> = {
    node: () => startToRegistered(variants.nothing, {}),
    floor: () => startToRegistered(variants.floor, {}),
    app: () => startToRegistered(variants.app, {}),
    "one file": () => startToRegistered(variants.whole, {}),
    unbundled: () => startToRegistered(variants.unbundled, {}),
    "app, compile cache": () => startToRegistered(variants.app, cached),
    "app, first mark": () => startToMark(variants.app, event, {}),
    "unbundled, first mark": () => startToMark(variants.unbundled, event, {}),
    "app, first mark, compile cache": () => startToMark(variants.app, event, cached),
  };
  const seen = await byTurns(rounds, kinds);
  rmSync(cache, { recursive: true, force: true });
  const functions = Object.fromEntries(
    Object.entries(seen).map(([name, starts]) => [name, starts.at(-1)?.functions ?? 0]),
  );
  return { section: sectionOf(seen), functions };
}

type Seen = Readonly<Record<string, readonly Start[]>>;

/** One start of each kind a round; the first round fills caches and does not count. */
async function byTurns(
  rounds: number,
  kinds: Readonly<Record<string, () => Promise<Start>>>,
): Promise<Seen> {
  const seen: Record<string, Start[]> = {};
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, start] of Object.entries(kinds)) {
      const one = await start();
      if (round > 0) seen[name] = [...(seen[name] ?? []), one];
    }
  }
  return seen;
}

function sectionOf(seen: Seen): Section {
  const best = (name: string, of: "cpu" | "milliseconds"): number =>
    Math.min(...(seen[name] ?? []).map((one) => one[of] ?? Number.NaN));
  const ratio = (name: string, of: string): number => {
    const measure = Number.isNaN(best(name, "cpu")) ? "milliseconds" : "cpu";
    return best(name, measure) / best(of, measure);
  };
  const rows = Object.keys(seen).map((name) => [
    name,
    best(name, "milliseconds"),
    median((seen[name] ?? []).map(({ milliseconds }) => milliseconds)),
    best(name, "cpu"),
    ratio(name, "node"),
    ratio(name, "floor"),
  ]);
  return {
    name: "start",
    title: "Cold start: a process from its start to its functions registered, or to its first mark",
    columns: ["what", "best ms", "median ms", "CPU ms", "x node", "x floor"],
    rows,
    goals: [
      atMost("registered, times the floor", ratio("app", "floor"), 1.25),
      atLeast("unbundled, times the app", ratio("unbundled", "app"), 2.5),
    ],
    notes: [
      "node: an empty file. floor: a bundle of @azure/functions and durable-functions with three functions.",
      "Ratios are of CPU time (all threads, best of the rounds), which other work on the machine disturbs least;",
      "of elapsed time for the first mark, which waits for a storage account in another process.",
    ],
  };
}
