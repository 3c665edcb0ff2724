import { expect, it } from "vitest";
import { explainCase } from "../../../shared/decisions/explain.ts";
import { findingOfImage } from "../../../shared/decisions/image-findings.ts";
import type { Finding } from "../../../shared/domain/finding.ts";
import { aCase } from "../../functions/triggers/harness.ts";
import { aKeptImage } from "../../support/image-fixtures.ts";

const now = "2026-11-23T09:00:00.000Z";
const finding: Finding = {
  key: "policy:1",
  rule: "compliance",
  part: "workload",
  severity: "High",
  title: "Privileged container",
  definition: null,
  assignment: null,
  components: [],
  componentCount: 3,
  cutOff: false,
  firstSeen: "2026-11-22T08:00:00.000Z",
  lastSeen: now,
  resolvedAt: null,
};

it("says what was found, changed, left and refused, why, and what comes next", () => {
  const value = aCase({
    findings: [
      finding,
      {
        ...finding,
        key: "policy:2",
        title: "Image tag latest",
        resolvedAt: "2026-11-23T07:00:00.000Z",
      },
      { ...finding, key: "policy:3", title: "No limits", componentCount: 500, cutOff: true },
      { ...finding, key: "policy:4", title: "Host network", componentCount: 1 },
    ],
    parts: [
      { name: "configuration", status: "none", why: null },
      { name: "node", status: "unreadable", why: "403 AuthorizationFailed" },
    ],
    history: [
      {
        id: "1",
        at: "2026-11-22T08:05:00.000Z",
        subject: "x",
        caseId: "x",
        kind: "change",
        rule: "addon",
        act: "enable-addon",
        reason: "the add-on was off",
        before: "off",
        after: "on",
        appVersion: "1",
        policyHash: "h",
        stage: "fix-all",
        by: "guardrail",
        correlationId: null,
        addedCost: null,
      },
    ],
    writes: [
      {
        act: "enable-addon",
        at: "2026-11-22T08:05:00.000Z",
        value: "on",
        before: "off",
        takenBack: 2,
        takenBackAt: "2026-11-22T20:00:00.000Z",
        takenBackBy: "pipeline-shop",
        allowedAt: null,
      },
    ],
    decisions: [
      {
        kind: "leave",
        rule: "addon",
        act: "enable-addon",
        reason: "taken-back",
        detail: "pipeline-shop switched it off twice",
        lookAgain: "2026-11-29T20:00:00.000Z",
      },
      {
        kind: "leave",
        rule: "sensor",
        act: null,
        reason: "compliant",
        detail: "",
        lookAgain: null,
      },
    ],
    refusals: [
      {
        act: "write-tags",
        rule: "compliance",
        at: "2026-11-23T08:00:00.000Z",
        code: "ScopeLocked",
        message: "a lock forbids it.",
        fix: "az lock delete --name do-not-touch",
      },
    ],
    fault: { at: "2026-11-23T08:30:00.000Z", message: "no answer", count: 2 },
    lookAgain: { at: "2026-11-23T10:00:00.000Z", why: "Azure is working on it" },
    recipients: {
      to: ["shop-team@contoso.example"],
      why: "tag owner on resource group rg-shop",
      dropped: [{ address: "eve@evil.example", why: "outside the allowed domains" }],
    },
  });
  expect(explainCase(value, now)).toEqual([
    "Cluster aks-shop-prod, subscription Shop: 3 things to fix; looked at 2026-11-23 08:00 UTC, stage tell.",
    "Found: High: Privileged container (3 places), since 2026-11-22 08:00 UTC.",
    "Found: High: No limits (500 or more places), since 2026-11-22 08:00 UTC.",
    "Found: High: Host network (1 place), since 2026-11-22 08:00 UTC.",
    "Not readable: alerts from nodes and containers: 403 AuthorizationFailed. Nothing is concluded from that.",
    "Fixed: Image tag latest, 2026-11-23 07:00 UTC.",
    "Changed: switching the Azure Policy add-on on: off -> on, 2026-11-22 08:05 UTC, because the add-on was off.",
    "Taken back: switching the Azure Policy add-on on was undone 2 times by pipeline-shop, last 2026-11-22 20:00 UTC.",
    "Left: Azure Policy add-on: somebody took it back after we had set it (pipeline-shop switched it off twice). Looked at again from 2026-11-29 20:00 UTC on.",
    "Fine: Defender sensor: it is as it should be.",
    "Refused by Azure: writing our tags, 2026-11-23 08:00 UTC: ScopeLocked: a lock forbids it. To mend it: az lock delete --name do-not-touch",
    "Not finished: the look of 2026-11-23 08:30 UTC broke off, 2 times in a row: no answer",
    "Next: looked at again from 2026-11-23 10:00 UTC on: Azure is working on it.",
    "Told: shop-team@contoso.example (tag owner on resource group rg-shop); eve@evil.example is left out: outside the allowed domains",
  ]);
});

it("says when nothing is open any more, and when the resource is gone", () => {
  const closedAt = "2026-11-23T08:00:00.000Z";
  expect(explainCase(aCase({ closedAt }), now)).toEqual([
    "Cluster aks-shop-prod, subscription Shop: nothing is open since 2026-11-23 08:00 UTC.",
  ]);
  expect(explainCase(aCase({ closedAt, gone: true }), now)).toEqual([
    "Cluster aks-shop-prod, subscription Shop: gone from Azure; the case is closed.",
  ]);
});

it("counts the images that a registry's case does not name itself, and says who hears of them", () => {
  const base = aCase({ kind: "registry", findings: [findingOfImage(aKeptImage())] });
  const images = { version: "v1", open: 2_500, running: 0, unknown: 0, leftOut: {} };
  const rest = { openRecommendations: 10_000, changedAt: null, told: "mail" as const };
  const facts = { ...base.facts, images: { ...images, ...rest } };
  const lines = explainCase({ ...base, facts }, now);
  expect(lines).toContain(
    "Found: 2500 images in all; those not named here stand under the case's images.",
  );
  expect(lines.at(-1)).toContain("whom the policy names for its repository");
  const one = explainCase(
    { ...base, facts: { ...facts, images: { ...facts.images, open: 1 } } },
    now,
  );
  expect(one.join(" ")).not.toContain("in all");
});

it("says of how many alerts a security contact that cannot be read has not been told", () => {
  const said = (missedByContact: readonly string[]) =>
    explainCase(aCase({ missedByContact }), now).join("\n");
  expect(said(["alert:1"])).toContain("it has not been told of 1 alert yet.");
  expect(said(["alert:1", "alert:2"])).toContain("of 2 alerts yet.");
});

it("never uses the words of the inside", () => {
  const lines = explainCase(aCase({ findings: [finding] }), now).join(" ");
  expect(lines).not.toMatch(/\b(subject|mark|agenda|run|notice|digest|violation)\b/i);
});
