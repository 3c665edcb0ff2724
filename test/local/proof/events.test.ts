import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomOf } from "../../../local/azure/random.ts";
import { mutated } from "../../../local/proof/event-mix.ts";
import { createTriggers } from "../../functions/triggers/harness.ts";

type Feed = "defenderEvents" | "resourceChanges" | "policyStates";

interface News {
  readonly feed: Feed;
  readonly text: string;
}

/** What the shipped scenarios deliver, one event each. */
const vocabulary: readonly News[] = ["examples/shop/events", "examples/proof/events"]
  .flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`))
  .flatMap((file) => newsIn(readFileSync(file, "utf8")));

function newsIn(text: string): readonly News[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [{ feed: "defenderEvents", text }];
  }
  return (Array.isArray(body) ? body : [body]).flatMap((event) => {
    if (event.kind === "Change" || event.kind === "Push") return [];
    const type = String(event.eventType ?? event.type ?? "");
    const feed = type.startsWith("Microsoft.Resources.")
      ? "resourceChanges"
      : type.startsWith("Microsoft.PolicyInsights.")
        ? "policyStates"
        : "defenderEvents";
    return [{ feed, text: JSON.stringify(event) } as const];
  });
}

async function outcomeOf(sequence: readonly News[]) {
  const { deliver, gateways, wait } = createTriggers();
  for (const { feed, text } of sequence) {
    await deliver(feed, feed === "defenderEvents" ? [text] : parsed(text));
    wait(0.1);
  }
  const agenda = await gateways.agenda.list();
  const subjects = agenda.map(({ subject, kind }) => `${kind} ${subject}`).sort();
  const alerts = await Promise.all(agenda.map(({ subject }) => gateways.alerts.bySubject(subject)));
  const known = alerts.flat().map(({ id, subject, status }) => `${id} ${subject} ${status}`);
  return { subjects, alerts: known.sort() };
}

/** Event Grid delivers JSON; what is none never reaches a trigger. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The news in another way: repeated, out of order, copies dropped but for the last. */
const otherWays = (news: readonly News[]) =>
  fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: news.length, maxLength: news.length })
    .chain((copies) => {
      const all = news.flatMap((one, place) =>
        Array.from({ length: copies[place] ?? 1 }, () => one),
      );
      return fc.shuffledSubarray(all, { minLength: all.length });
    });

const someNews = fc.subarray([...vocabulary], { minLength: 1, maxLength: 6 });

describe("the same news", () => {
  it("ends in the same agenda and alerts, however often and in whatever order it comes", async () => {
    const cases = someNews.chain((news) => fc.tuple(fc.constant(news), otherWays(news)));
    await fc.assert(
      fc.asyncProperty(cases, async ([news, other]) => {
        expect(await outcomeOf(other)).toEqual(await outcomeOf(news));
      }),
      { numRuns: 1_200 },
    );
  });

  it("loses nothing to broken and hostile copies among it, which throw nowhere", async () => {
    await fc.assert(
      fc.asyncProperty(someNews, fc.integer(), async (news, seed) => {
        const random = randomOf(seed);
        const mixed = news.flatMap((one) => {
          const broken = { ...one, text: mutated(one.text, random) };
          return random() < 0.5 ? [broken, one] : [one, broken];
        });
        const plain = await outcomeOf(news);
        const found = await outcomeOf(mixed);
        expect(found.subjects).toEqual(expect.arrayContaining([...plain.subjects]));
        expect(found.alerts).toEqual(expect.arrayContaining([...plain.alerts]));
      }),
      { numRuns: 800 },
    );
  });

  it("is more than one subject and one alert", async () => {
    const { subjects, alerts } = await outcomeOf(vocabulary);
    expect(subjects.length).toBeGreaterThan(3);
    expect(alerts.length).toBeGreaterThan(3);
  });
});
