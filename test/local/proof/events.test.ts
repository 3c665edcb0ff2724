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
        expect(await outcomeOf(mixed)).toEqual(await outcomeOf(news));
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

/** An event of the vocabulary in which anything stands where something else stood. */
const distorted = fc
  .tuple(fc.constantFrom(...vocabulary), fc.nat(), fc.anything({ withNullPrototype: true }))
  .map(([{ text }, place, anything]) => replaced(parsed(text), place, anything));

/** The value with its member of that number, counted over all depths, replaced. */
function replaced(value: unknown, place: number, by: unknown): unknown {
  const paths = pathsIn(value);
  const path = paths[place % Math.max(1, paths.length)];
  if (path === undefined) return by;
  const copy = structuredClone(value);
  let holder = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  holder[path.at(-1) ?? ""] = by;
  return copy;
}

function pathsIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    [key],
    ...pathsIn(member).map((path) => [key, ...path]),
  ]);
}

describe("anything at all", () => {
  it("throws out of no trigger of events", async () => {
    const feeds = fc.constantFrom<Feed>("defenderEvents", "resourceChanges", "policyStates");
    const bodies = fc.oneof(fc.anything({ withNullPrototype: true }), fc.json(), distorted);
    const payloads = fc.oneof(bodies, fc.array(bodies, { maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(feeds, payloads, async (feed, payload) => {
        await createTriggers().deliver(feed, payload);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is answered by every function that takes a body, and never as a fault of ours", async () => {
    const { functions } = createTriggers();
    const taking = [...functions].filter(
      ([, { kind, options }]) =>
        kind === "http" && options.methods.some((method: string) => method !== "GET"),
    );
    const names = taking.map(([name]) => name);
    expect(names.length).toBeGreaterThan(5);
    const members = fc.oneof(fc.jsonValue(), fc.string(), fc.constantFrom(...knownValues));
    const calls = fc.record({
      method: fc.constantFrom("POST", "DELETE"),
      query: fc.string().map((text) => `?subject=${encodeURIComponent(text)}&id=${text.length}`),
      params: fc.dictionary(fc.constantFrom("id", "subject", "name"), fc.string()),
      body: fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .dictionary(fc.constantFrom(...knownMembers), members)
          .map((body) => JSON.stringify(body)),
      ),
    });
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), calls, async (name, call) => {
        const { status = 200 } = await createTriggers().call(name, call);
        statuses.add(status);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 1_000 },
    );
    expect([...statuses]).toEqual(expect.arrayContaining([400]));
    expect([...statuses].some((status) => status < 300)).toBe(true);
  });
});

const knownMembers = ["subject", "why", "until", "act", "acts", "scope", "rule", "id", "ids"];
const knownValues = [
  "/subscriptions/5d2c8f10-7b3e-4a41-9f6d-2b1c0e9a7d55",
  "2026-12-24T08:00:00Z",
  "enable-addon",
  "__proto__",
];
