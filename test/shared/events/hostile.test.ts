import { readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDefenderEvents } from "../../../shared/events/defender-events.ts";
import { readPolicyStates } from "../../../shared/events/policy-state.ts";
import type { Reading } from "../../../shared/events/reading.ts";
import { readResourceChanges } from "../../../shared/events/resource-change.ts";
import { fixture, now, own } from "./fixture.ts";

const readAll = (body: unknown): readonly Reading[] => [
  readDefenderEvents(body, now),
  readResourceChanges(body, own),
  readPolicyStates(body),
];

const names = (folder: string) =>
  readdirSync(new URL(`../../fixtures/events/${folder}/`, import.meta.url)).map((name) =>
    fixture(`${folder}/${name}`),
  );
const events = [...names("defender"), ...names("grid")];

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "x".repeat(100_000),
    "\u202Egnp.exe\u0000\r\nBcc: a@b.example",
    "<script>alert(1)</script>",
    "'; drop table clusters | where 1==1 //",
    "/subscriptions/../../etc",
    "__proto__",
    "\uD800",
  ),
  fc.jsonValue(),
  fc.constantFrom(null, true, -0, 1e308, [], {}),
);

/** The paths of all members of a value. */
function paths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => paths(member, [...path, key]))];
}

function withMember(value: unknown, path: readonly string[], member: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return member;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<
    string,
    unknown
  >;
  copy[key] = withMember(copy[key], rest, member);
  return copy;
}

function expectHarmless({ alerts, marks }: Reading): void {
  for (const mark of marks) {
    expect(mark.subject).toMatch(/^\/subscriptions\/[0-9a-z-]{1,64}(\/[\p{L}\p{N}._()/-]+)?$/u);
    expect(mark.subject.length).toBeLessThanOrEqual(1_500);
    expect(mark.by ?? "").not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    expect((mark.by ?? "").length).toBeLessThanOrEqual(200);
  }
  for (const alert of alerts) {
    expect(JSON.stringify(alert).length).toBeLessThan(30_000 * 2);
    expect(alert.title).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    expect(alert.link ?? "https://portal.azure.com/").toMatch(
      /^https:\/\/portal\.azure\.(com|us|cn)\//,
    );
    expect(Number.isFinite(Date.parse(alert.startedAt))).toBe(true);
    expect(alert.startedAt <= now).toBe(true);
  }
}

describe("hostile bodies", () => {
  it("never throw out of a reader, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.json(), fc.string()), (body) => {
        for (const reading of readAll(body)) expectHarmless(reading);
      }),
      { numRuns: 500 },
    );
  });

  it("never get past the bounds by any field of a real event", () => {
    const places = events.flatMap((event) => paths(event).map((path) => ({ event, path })));
    fc.assert(
      fc.property(fc.constantFrom(...places), nasty, ({ event, path }, member) => {
        const body = withMember(event, path, member);
        for (const reading of readAll(body)) expectHarmless(reading);
        for (const reading of readAll(JSON.stringify(body))) expectHarmless(reading);
      }),
      { numRuns: 2_000 },
    );
  });

  it("cannot reach the prototype of objects", () => {
    const body = `{"__proto__":{"SystemAlertId":"1","polluted":true},"constructor":{"prototype":{"polluted":true}},"eventType":"Microsoft.Resources.ResourceWriteSuccess","subject":"__proto__"}`;
    for (const reading of readAll(body)) expect(reading.alerts).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    const inherited: unknown = Object.create({ SystemAlertId: "1", AlertType: "K8S_X" });
    expect(readDefenderEvents(inherited, now).alerts).toEqual([]);
  });

  it("are read in time that grows with their size alone", () => {
    const blanks = `${" ".repeat(200_000)}x`;
    const body = withMember(fixture("defender/alert-cluster.json"), ["AlertDisplayName"], blanks);
    const deep = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`) as unknown;
    const started = performance.now();
    for (const reading of [...readAll(body), ...readAll(deep)]) expectHarmless(reading);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
