import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenApp, type ProofApp, protections, wholeApp } from "../../../local/proof/app.ts";
import type { Yardstick } from "../../../local/proof/compare.ts";
import { crashScenarios } from "../../../local/proof/crash-list.ts";
import { readExample } from "../../../local/proof/example.ts";
import { faultScenarios, mixedScenarios } from "../../../local/proof/fault-list.ts";
import { record } from "../../../local/proof/recording.ts";
import { restOf } from "../../../local/proof/rest.ts";
import { type ProofScenario, runAll } from "../../../local/proof/run-all.ts";
import { createStorages } from "../../../local/proof/storage.ts";
import { undisturbed } from "../../../local/proof/world.ts";
import { yardstickOf } from "../../../local/proof/yardstick.ts";

/** One of each kind; `npm run faults` and `npm run crashes` run them all. */
const selection = [
  "PUT-managedClusters/one-policy-addon:reset-after:first",
  "PUT-managedClusters/one-policy-addon:overtaken:first",
  "POST-send:reset-after-no-dedup:first",
  "events:mixed:1",
  "inOrder:after-activity-effect:8",
  "guardCluster:before-commit:5",
];

describe("the whole app in a small world", () => {
  const storages = createStorages();
  let app: ProofApp;
  let yardstick: Yardstick;
  let scenarios: readonly ProofScenario[];
  beforeAll(async () => {
    app = await wholeApp();
    const example = await readExample();
    const place = { example, app: app.folder, storage: await storages.next() };
    const expected = await record(place, undisturbed);
    yardstick = await yardstickOf(example, expected);
    scenarios = [
      ...faultScenarios(expected.operations),
      ...mixedScenarios(1),
      ...crashScenarios(expected.passes),
    ];
  }, 120_000);
  afterAll(async () => {
    await storages.stop();
    app.clean();
  });

  it("does what it is there for, once, and comes to rest", () => {
    const { expected, example } = yardstick;
    const changes = expected.ledger.filter(({ kind }) => kind === "change");
    expect(changes.map(({ act }) => act).sort()).toEqual([
      "enable-addon",
      "enable-plan:Containers",
      "write-tags",
      "write-tags",
      "write-tags",
    ]);
    expect(expected.mails.length).toBeGreaterThan(2);
    expect(restOf(example, expected, "none").problems).toEqual([]);
  });

  it("ends the same under a selection of faults, crashes and events", {
    timeout: 180_000,
  }, async () => {
    const chosen = scenarios.filter(({ id }) => selection.includes(id));
    expect(chosen).toHaveLength(selection.length);
    const ground = { yardstick, app: app.folder, storages };
    const tried = await runAll(ground, chosen, { width: 2, told: () => undefined });
    const bad = tried.filter(({ verdict }) => !["equal", "explained"].includes(verdict.kind));
    expect(bad.map(({ scenario, verdict }) => [scenario.id, verdict])).toEqual([]);
  });

  it.each(Object.entries(protections))(
    "fails without the protection %s",
    {
      timeout: 120_000,
    },
    async (name, { shownBy }) => {
      const broken = await brokenApp(name);
      try {
        const chosen = scenarios.filter(({ id }) => id === shownBy);
        expect(chosen).toHaveLength(1);
        const ground = { yardstick, app: broken.folder, storages };
        const tried = await runAll(ground, chosen, { width: 1, told: () => undefined });
        expect(tried.map(({ verdict }) => verdict.kind)).toEqual(["failed"]);
      } finally {
        broken.clean();
      }
    },
  );
});
