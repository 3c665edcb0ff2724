import { type FeedName, readersOf } from "../functions/triggers/feeds.ts";
import { takeIn } from "../functions/triggers/intake.ts";
import type { Runs } from "../functions/triggers/runs.ts";
import type { Gateways } from "../shared/azure/ports.ts";
import { type Arrival, arrivals } from "./intake-events.ts";
import { atMost, type Section } from "./report.ts";
import { bestOf } from "./timing.ts";

const own = {
  principalId: "3f7f3a55-0a7d-4c34-9c3e-4f0f7f1b7c01",
  appId: "9a4f1e0c-2d7b-4f5a-8a3e-6b1c2d3e4f50",
};
const readers = readersOf({
  settings: { own, stage: "fix-all", httpAuth: "key", websiteAuthEnabled: false },
});

/** What is kept when tables and the Durable client only count. */
interface Kept {
  marks: number;
  alerts: number;
  starts: number;
}

function counting(kept: Kept) {
  const count = async <T>(what: keyof Kept, answer: T): Promise<T> => {
    kept[what] += 1;
    return answer;
  };
  const agenda = { mark: () => count("marks", undefined) };
  const alerts = { insert: () => count("alerts", "new") };
  const deps = {
    gateways: { agenda, alerts } as unknown as Gateways,
    now: () => new Date(),
    isStorageOutage: () => false,
  };
  const runs = { startUnlessRecent: () => count("starts", true) } as unknown as Runs;
  return { deps, runs };
}

/** Batches as host.json has them: the event hub's messages together, Event Grid's one by one. */
const batchOf: Readonly<Record<FeedName, number>> = {
  defenderEvents: 32,
  resourceChanges: 1,
  policyStates: 1,
};

type Class = "relevant" | "irrelevant";

function classOf({ feed, text }: Arrival): Class {
  const { marks, poison } = readers[feed](JSON.parse(text), () => new Date().toISOString());
  return marks.length > 0 || poison.length > 0 ? "relevant" : "irrelevant";
}

/** How many events a second the intake takes, against reading their JSON alone. */
export async function benchIntake({ repeat, rounds }: { repeat: number; rounds: number }) {
  const all = arrivals();
  const kept: Kept = { marks: 0, alerts: 0, starts: 0 };
  const rows = [];
  const ratios: Record<Class, number> = { relevant: 0, irrelevant: 0 };
  for (const kind of ["irrelevant", "relevant"] as const) {
    const chosen = all.filter((arrival) => classOf(arrival) === kind);
    const parts = Map.groupBy(chosen, ({ feed }) => feed);
    const sums = { parse: 0, intake: 0, events: 0, bytes: 0 };
    for (const [feed, events] of parts) {
      const texts = Array.from({ length: repeat }, () => events.map(({ text }) => text)).flat();
      const best = await bestOf(rounds, {
        parse: () => texts.map((text) => JSON.parse(text) as unknown),
        intake: () => takeAll(feed, texts, kept),
      });
      const bytes = texts.reduce((sum, text) => sum + text.length, 0);
      rows.push(rowOf(`${kind}, ${feed}`, { ...best, events: texts.length, bytes }));
      sums.parse += best.parse;
      sums.intake += best.intake;
      sums.events += texts.length;
      sums.bytes += bytes;
    }
    rows.push(rowOf(`all ${kind}`, sums));
    ratios[kind] = sums.intake / sums.parse;
  }
  const section: Section = {
    name: "intake",
    title: "Intake: parse, filter and route, with tables that only count",
    columns: [
      "kind",
      "events",
      "bytes each",
      "JSON.parse us",
      "intake us",
      "events a second",
      "ratio",
    ],
    rows,
    goals: [
      atMost("intake of irrelevant events, times JSON.parse", ratios.irrelevant, 2),
      atMost("intake of relevant events, times JSON.parse", ratios.relevant, 4),
    ],
    notes: ["One core. The ratio includes JSON.parse itself. Best of the rounds, taken by turns."],
  };
  return { section, kept };
}

function rowOf(
  name: string,
  { parse, intake, events, bytes }: Record<"parse" | "intake" | "events" | "bytes", number>,
) {
  const each = (milliseconds: number) => (milliseconds * 1000) / events;
  const perSecond = Math.round(events / (intake / 1000));
  const numbers = [events, Math.round(bytes / events), each(parse), each(intake), perSecond];
  return [name, ...numbers, intake / parse];
}

async function takeAll(feed: FeedName, texts: readonly string[], kept: Kept): Promise<void> {
  const { deps, runs } = counting(kept);
  const size = batchOf[feed];
  for (let start = 0; start < texts.length; start += size) {
    const bodies = texts.slice(start, start + size).map((text) => JSON.parse(text) as unknown);
    await takeIn(deps, { bodies, read: readers[feed] }, runs);
  }
}
