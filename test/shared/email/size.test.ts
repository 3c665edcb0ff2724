import fc from "fast-check";
import { expect, it } from "vitest";
import { builtinDefinitions } from "../../../shared/domain/builtin-definitions.ts";
import { alertMail } from "../../../shared/email/alert-mail.ts";
import { operatorsMail } from "../../../shared/email/operators-mail.ts";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import * as f from "../../support/mail-fixtures.ts";

const limit = 90 * 1024;
const bytes = (text: string) => new TextEncoder().encode(text).length;
const definitions = Object.keys(builtinDefinitions);

function aBigCase(place: number, violations: number, word: string) {
  const findings = Array.from({ length: violations }, (_, each) => {
    const definition = definitions[each % definitions.length] ?? null;
    return f.aFinding({
      key: `policy:${each}`,
      definition,
      severity: each % 3 === 0 ? "High" : "Low",
      title: word,
      components: f.pods(
        `${word}-ns`,
        ...Array.from({ length: 50 }, (_, pod) => `${word}${pod}-0`),
      ),
      componentCount: 5_000,
    });
  });
  return f.aCase({
    resourceId: f.aClusterId(`c${place}`),
    name: `${word}${place}`,
    findings,
  });
}

it("stays under 90 KB with 5,000 violations on 300 clusters: 5 in full, the rest counted", () => {
  const cases = Array.from({ length: 300 }, (_, place) => aBigCase(place, 17, "name"));
  const { html, text } = ownerDigest(f.aDigestInput({ cases }));
  expect(bytes(html)).toBeLessThanOrEqual(limit);
  expect(text.match(/^== /gm)).toHaveLength(5);
  expect(html).toContain("295 more resources");
  expect(html).toMatch(/and \d+ more/);
  expect(text).toMatch(/and 2\d\d more/);
});

it("stays under 90 KB with 5,000 violations on one cluster, and counts what it leaves out", () => {
  const { html, text } = ownerDigest(f.aDigestInput({ cases: [aBigCase(0, 5_000, "name")] }));
  expect(bytes(html)).toBeLessThanOrEqual(limit);
  const told = [...text.matchAll(/^\d+\. +(?:HIGH|LOW)/gm)].length;
  const short = [...text.matchAll(/^(?:HIGH|LOW): /gm)].length;
  const rest = Number(/and (\d+) more\n/.exec(text.slice(text.indexOf("\nHIGH: ")))?.[1]);
  expect(told + short + rest).toBe(5_000);
});

it("shows a small mail in full", () => {
  expect(ownerDigest(f.aDigestInput()).text).not.toMatch(/and \d+ more/);
});

it("stays under 90 KB whatever the texts are", () => {
  const nasty = fc.constantFrom(
    '"'.repeat(400),
    "&".repeat(400),
    "漢".repeat(400),
    "<b>'\"&".repeat(90),
  );
  fc.assert(
    fc.property(
      nasty,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 60 }),
      (word, cases, each) => {
        const many = Array.from({ length: cases }, (_, place) => aBigCase(place, each, word));
        expect(bytes(ownerDigest(f.aDigestInput({ cases: many })).html)).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 12 },
  );
});

it("stays under 90 KB with a thousand alerts at once", () => {
  const alerts = Array.from({ length: 1_000 }, (_, id) =>
    f.anAlert({ id: String(id), description: '"'.repeat(4_000), remediation: ['"'.repeat(9_000)] }),
  );
  const { html } = alertMail(f.anAlertInput({ alerts, count: 1_200 }));
  expect(bytes(html)).toBeLessThanOrEqual(limit);
  expect(html).toMatch(/and 1\d\d\d more on this resource/);
});

it("stays under 90 KB for operators of a big estate", () => {
  const report = f.aReport();
  const many = <T>(all: readonly T[]): T[] => Array.from({ length: 2_000 }, () => all).flat();
  const { html } = operatorsMail(
    {
      ...report,
      changed: many(report.changed),
      left: many(report.left),
      refused: many(report.refused),
      untold: many(report.untold),
      faults: many(report.faults),
    },
    f.mailRules,
    f.now,
  );
  expect(bytes(html)).toBeLessThanOrEqual(limit);
  expect(html).toContain("and 1988 more");
});
