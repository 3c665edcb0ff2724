import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { protections, without } from "../../../local/proof/app.ts";
import { crashScenarios } from "../../../local/proof/crash-list.ts";
import { faultScenarios, kindOf, nameOf } from "../../../local/proof/fault-list.ts";
import { chosen, readProofOptions } from "../../../local/proof/options.ts";
import { stormScenarios } from "../../../local/proof/storm-list.ts";

const seen = (method: string, template: string, act: string | null = null) => ({
  method,
  template,
  act,
  count: 1,
});
const put = seen(
  "PUT",
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}",
  "policy-addon",
);
const list = seen("GET", "/{scopeId}/providers/Microsoft.Security/pricings");
const send = seen("POST", "/emails:send");

describe("the faults of an operation", () => {
  it("are those that can hit its kind, the first time and every time", () => {
    const of = (operation: typeof put) => faultScenarios([operation]).map(({ id }) => id);
    expect(of(put)).toContain(`${nameOf(put)}:never-ends:first`);
    expect(of(put)).toContain(`${nameOf(put)}:reset-after:every`);
    expect(of(put).join()).not.toContain("no-dedup");
    expect(of(put)).toContain(`${nameOf(put)}:no-answer-after:every`);
    expect(of(list)).toContain(`${nameOf(list)}:truncated:first`);
    expect(of(list)).toContain(`${nameOf(list)}:no-answer:first`);
    expect(of(list)).not.toContain(`${nameOf(list)}:no-answer:every`);
    expect(of(list).join()).not.toMatch(/-after|never-ends|locked/);
    expect(of(send)).toContain(`${nameOf(send)}:reset-after-no-dedup:first`);
    expect(of(send)).toContain(`${nameOf(send)}:canceled:first`);
    expect(of(send)).toContain(`${nameOf(send)}:never-ends:every`);
  });

  it("hit that operation and act alone", () => {
    for (const { trial } of faultScenarios([put])) {
      expect(trial.azure).toMatchObject([
        { match: { method: "PUT", pathTemplate: put.template, act: "policy-addon" } },
      ]);
    }
  });

  it("have an id each, also where two operations end alike", () => {
    const poll = seen("GET", "/subscriptions/{s}/providers/{n}/locations/{l}/operations/{o}");
    const mail = seen("GET", "/emails/operations/{operationId}");
    const ids = faultScenarios([put, list, send, poll, mail]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("come in storms by chance, on every operation, the same for the same seed", () => {
    const operations = [put, list, send];
    const [one, two] = stormScenarios(operations, 2);
    expect(stormScenarios(operations, 2)).toEqual([one, two]);
    expect(one?.trial.azure).not.toEqual(two?.trial.azure);
    expect([one, two].map((storm) => storm?.trial.mailDeduplicates)).toEqual([true, false]);
    const hit = new Set(one?.trial.azure.map(({ match }) => match.pathTemplate));
    expect([...hit]).toEqual(operations.map(({ template }) => template));
    for (const { when } of one?.trial.azure ?? []) {
      expect(when).toMatchObject({ probability: expect.any(Number), seed: expect.any(Number) });
    }
  });

  it.each([
    ["GET", "/subscriptions/{id}", "read"],
    ["GET", "/{scope}/providers/Microsoft.Resources/tags/default", "read"],
    ["GET", "/subscriptions/{s}/providers/Microsoft.Security/securityContacts", "page"],
    ["POST", "/providers/Microsoft.ResourceGraph/resources", "page"],
    [
      "POST",
      "/{scope}/providers/Microsoft.PolicyInsights/policyStates/{view}/queryResults",
      "page",
    ],
    ["PATCH", "/{scope}/providers/Microsoft.Resources/tags/default", "tag-write"],
    ["PUT", "/{scopeId}/providers/Microsoft.Security/pricings/{pricingName}", "write"],
    ["GET", "/subscriptions/{s}/providers/{n}/locations/{l}/operations/{o}", "poll"],
    ["GET", "/emails/operations/{operationId}", "mail-status"],
  ])("knows %s %s as %s", (method, template, kind) => {
    expect(kindOf(seen(method, template))).toBe(kind);
  });
});

describe("the points of a crash", () => {
  it("are every pass of the recorded run, and late landings after each effect", () => {
    const ids = crashScenarios([
      { point: "before-commit", name: "guardCluster", count: 2 },
      { point: "after-activity-effect", name: "take", count: 1 },
      { point: "after-activity-effect", name: "inOrder", count: 1 },
      { point: "after-write", name: "inOrder", count: 2 },
      { point: "after-activity-effect", name: "mergeTags", count: 1 },
      { point: "after-write", name: "mergeTags", count: 1 },
    ]).map(({ id }) => id);
    expect(ids.filter((id) => id.includes(":"))).toEqual([
      "guardCluster:before-commit:1",
      "guardCluster:before-commit:2",
      "inOrder:after-activity-effect:1",
      "inOrder:after-write:1",
      "inOrder:after-write:2",
      "mergeTags:after-activity-effect:1",
      "take:after-activity-effect:1",
      "inOrder:after-activity-effect-late:1",
      "mergeTags:after-activity-effect-late:1",
      "take:after-activity-effect-late:1",
    ]);
  });
});

describe("the options", () => {
  it("choose one, some or all", () => {
    const all = [{ id: "a" }, { id: "b" }, { id: "c" }];
    expect(chosen(all, { only: "b", sample: null })).toEqual([{ id: "b" }]);
    expect(chosen(all, { only: null, sample: 2 })).toHaveLength(2);
    expect(chosen(all, { only: null, sample: null })).toEqual(all);
    expect(() => chosen(all, { only: "x", sample: null })).toThrow(/--list/);
    expect(() => readProofOptions(["--sample", "few"])).toThrow(/--sample/);
  });
});

describe("a protection", () => {
  it.each(Object.entries(protections))("%s can be taken out of the source", (_, protection) => {
    const source = readFileSync(protection.file, "utf8");
    expect(without(protection, source)).not.toBe(source);
  });

  it("that is not there any more is a mistake", () => {
    const protection = { file: "x.ts", find: "if", replace: "", shownBy: "x" };
    expect(() => without(protection, "while")).toThrow(/x\.ts/);
  });
});
