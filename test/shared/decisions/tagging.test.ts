import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideTags, type TagFacts } from "../../../shared/decisions/tagging.ts";
import type { Mode } from "../../../shared/domain/policy.ts";
import { known } from "../../../shared/domain/refusal.ts";
import {
  aCase,
  aCluster,
  aFinding,
  anExemption,
  anInForce,
  anOwnWrite,
  aPolicy,
  now,
} from "../../support/builders.ts";

const facts = (over: Partial<TagFacts> = {}): TagFacts => ({
  cluster: aCluster(),
  verdict: "noncompliant",
  findings: [aFinding()],
  case: null,
  now,
  ...over,
});
const tagged = (verdict: string, since: string, more = {}) => ({
  cluster: aCluster({
    tags: { ...more, "guardrail-compliance": verdict, "guardrail-since": since },
  }),
});
const reasonFor = (over: Partial<TagFacts>, inForce = anInForce()) => {
  const decision = decideTags(facts(over), inForce);
  return decision.kind === "leave" ? decision.reason : "write";
};

describe("the tags of a cluster", () => {
  it("say the verdict and the day on which it began", () => {
    expect(decideTags(facts(), anInForce())).toMatchObject({
      kind: "write",
      tags: { "guardrail-compliance": "noncompliant", "guardrail-since": "2026-11-23" },
    });
  });

  it("keep their day while the verdict holds, and get a new one when it changes", () => {
    expect(reasonFor(tagged("noncompliant", "2026-01-05"))).toBe("compliant");
    const changed = decideTags(facts(tagged("compliant", "2026-01-05")), anInForce());
    expect(changed).toMatchObject({ tags: { "guardrail-since": "2026-11-23" } });
  });

  it("get their day back from the findings when somebody spoilt it", () => {
    const spoilt = decideTags(facts(tagged("noncompliant", "long ago")), anInForce());
    expect(spoilt).toMatchObject({ tags: { "guardrail-since": "2026-11-22" } });
  });

  it("say that all is well only where they said otherwise", () => {
    expect(reasonFor({ verdict: "compliant" })).toBe("compliant");
    const over = { verdict: "compliant" as const, ...tagged("noncompliant", "2026-01-05") };
    expect(decideTags(facts(over), anInForce())).toMatchObject({
      kind: "write",
      tags: { "guardrail-compliance": "compliant", "guardrail-since": "2026-11-23" },
    });
  });

  it("are found in any case", () => {
    const tags = { "Guardrail-Compliance": "noncompliant", "GUARDRAIL-SINCE": "2026-01-05" };
    expect(reasonFor({ cluster: aCluster({ tags }) })).toBe("compliant");
  });

  it("are left alone when the verdict is not known", () => {
    expect(reasonFor({ verdict: "unknown" })).toBe("no-policy-reports");
    expect(reasonFor({ verdict: "unknown", ...tagged("compliant", "2026-01-05") })).toBe(
      "no-policy-reports",
    );
  });

  it.each<[string, Partial<TagFacts>, string]>([
    ["is stopped", { cluster: aCluster({ powerState: "Stopped" }) }, "stopped"],
    ["is busy", { cluster: aCluster({ provisioningState: "Updating" }) }, "busy"],
    [
      "asks for a pause",
      { cluster: aCluster({ tags: { "guardrail-pause-until": "2026-11-30" } }) },
      "paused",
    ],
    ["is young", { createdAt: known("2026-11-23T08:30:00.000Z") }, "young"],
    [
      "had them taken back",
      {
        case: aCase({
          writes: [anOwnWrite({ act: "write-tags", takenBack: 1, takenBackAt: now })],
        }),
      },
      "taken-back",
    ],
  ])("are not written on a cluster that %s", (_, over, reason) => {
    expect(reasonFor(over)).toBe(reason);
  });

  it("are not written where the rule is exempt, or only observed", () => {
    const exemptions = [anExemption({ rule: "compliance" })];
    expect(reasonFor({}, anInForce({ policy: aPolicy({ exemptions }) }))).toBe("exempt");
    const rules = { ...aPolicy().rules, compliance: { mode: "observe" as Mode } };
    expect(reasonFor({}, anInForce({ policy: aPolicy({ rules }) }))).toBe("stage");
  });

  it("are written from the stage tell on, unless all is stopped", () => {
    const at = (stage: Parameters<typeof anInForce>[0]) => reasonFor({}, anInForce(stage));
    expect(at({ stage: "off" })).toBe("stage");
    expect(at({ stage: "watch" })).toBe("stage");
    expect(at({ stage: "tell" })).toBe("write");
    const stopped = { at: now, by: "kim", why: "incident" };
    expect(at({ stage: "tell", stopped })).toBe("stopped-by-operator");
  });
});

const anyTags = fc.dictionary(
  fc.oneof(
    fc.constantFrom("guardrail-compliance", "Guardrail-Since", "guardrail-since", "owner"),
    fc.string({ minLength: 1 }),
  ),
  fc.oneof(fc.constantFrom("compliant", "noncompliant", "2026-01-01"), fc.string()),
);
const anyFacts = fc.record({
  tags: anyTags,
  verdict: fc.constantFrom("compliant", "noncompliant", "unknown"),
});

it("only ever touch our own two keys", () => {
  fc.assert(
    fc.property(anyFacts, ({ tags, verdict }) => {
      const decision = decideTags(facts({ cluster: aCluster({ tags }), verdict }), anInForce());
      if (decision.kind !== "write") return;
      expect(Object.keys(decision.tags).sort()).toEqual([
        "guardrail-compliance",
        "guardrail-since",
      ]);
    }),
  );
});

it("ask for nothing more once they are written, on that day or another", () => {
  fc.assert(
    fc.property(anyFacts, fc.constantFrom(now, "2027-02-03T00:00:00.000Z"), (some, later) => {
      const { tags, verdict } = some;
      const first = decideTags(facts({ cluster: aCluster({ tags }), verdict }), anInForce());
      if (first.kind !== "write") return;
      const cluster = aCluster({ tags: merged(tags, first.tags) });
      const again = decideTags(facts({ cluster, verdict, now: later }), anInForce());
      expect(again.kind).toBe("leave");
    }),
  );
});

/** Azure's merge: a tag of the same name in another case is the same tag. */
function merged(tags: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>) {
  const kept = Object.entries(tags).filter(([name]) => !(name.toLowerCase() in own));
  return { ...Object.fromEntries(kept), ...own };
}
