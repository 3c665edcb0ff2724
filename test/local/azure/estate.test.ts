import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadEstate, readEstate } from "../../../local/azure/estate.ts";
import type { Json } from "../../../local/azure/json.ts";
import { folderOfTest } from "../../support/test-folder.ts";
import { aCluster, clusterId, subscription } from "./simulated.ts";

const mistakesOf = (entry: Json) => {
  const reading = readEstate([{ file: "a.json", text: JSON.stringify(entry) }]);
  return reading.kind === "ok" ? [] : reading.mistakes;
};

describe("an estate", () => {
  it("is read from single resources, arrays, list answers, official examples and simulator data", async () => {
    const folder = folderOfTest();
    const write = (name: string, value: Json): void =>
      writeFileSync(join(folder, name), JSON.stringify(value));
    const named = (name: string) =>
      aCluster({}, { id: `${clusterId}-${name}`, name: `aks-one-${name}` });
    mkdirSync(join(folder, "clusters"));
    write("clusters/one.json", aCluster());
    write("array.json", [named("a")]);
    write("list.json", { value: [named("b"), named("c")] });
    write("example.json", { parameters: {}, responses: { "200": { body: named("d") } } });
    write("extra.json", [
      { kind: "InClusterViolations", cluster: clusterId, violations: [] },
      { kind: "Manner", resource: clusterId, behaviour: "busy-yields-to-writes" },
      {
        kind: "Fault",
        match: { method: "GET", pathTemplate: "/subscriptions" },
        fault: { status: 500 },
        when: "first",
      },
    ]);
    writeFileSync(join(folder, "notes.txt"), "not read");

    const reading = await loadEstate(folder);

    expect(reading).toMatchObject({
      kind: "ok",
      estate: { violations: [{}], manners: [{}], faults: [{}] },
    });
    const ids = reading.kind === "ok" ? reading.estate.resources.map(({ id }) => id) : [];
    expect(ids.map((id) => id.slice(clusterId.length))).toEqual(["-a", "", "-d", "-b", "-c"]);
  });

  it("holds no secret, even where a file does", () => {
    const secret = aCluster({ servicePrincipalProfile: { clientId: "c", secret: "hush" } });
    const reading = readEstate([{ file: "a.json", text: JSON.stringify(secret) }]);
    expect(JSON.stringify(reading)).not.toContain("hush");
  });

  it.each<[string, Json, string]>([
    ["a value that is no object", [3], "a.json: $[0]"],
    ["a resource without id", { value: [{ name: "x" }] }, "a.json: $.value[0].id"],
    ["an id of another form", { id: "aks-one" }, "a.json: $.id"],
    [
      "a type that the id contradicts",
      aCluster({}, { type: "Microsoft.Web/sites" }),
      "a.json: $.type",
    ],
    ["a cluster without location", aCluster({}, { location: null }), "a.json: $.location"],
    [
      "a cluster without properties",
      { id: clusterId, location: "westeurope" },
      "a.json: $.properties",
    ],
    [
      "a plan of no tier",
      {
        id: `${subscription}/providers/Microsoft.Security/pricings/Arm`,
        properties: { pricingTier: "Gold" },
      },
      "a.json: $.properties.pricingTier",
    ],
    [
      "a lock of no level",
      { id: `${subscription}/providers/Microsoft.Authorization/locks/l`, properties: {} },
      "a.json: $.properties.level",
    ],
    [
      "a registration of no state",
      { id: `${subscription}/providers/Microsoft.Security`, namespace: "Microsoft.Security" },
      "a.json: $.registrationState",
    ],
    ["a resource that stands twice", [aCluster(), aCluster()], "a.json: $[1].id"],
    [
      "violations of a cluster that is not there",
      { kind: "InClusterViolations", cluster: clusterId, violations: [] },
      "a.json: $.cluster",
    ],
    [
      "an unknown behaviour",
      [aCluster(), { kind: "Manner", resource: clusterId, behaviour: "sulks" }],
      "a.json: $[1].behaviour",
    ],
    [
      "a fault without a rhythm",
      { kind: "Fault", match: { method: "GET", pathTemplate: "/x" }, fault: { status: 500 } },
      "a.json: $.when",
    ],
  ])("names %s by file and path", (_, entry, path) => {
    const mistakes = mistakesOf(entry);
    expect(mistakes.map((mistake) => mistake.path)).toEqual([path]);
    expect(mistakes[0]?.message).not.toBe("");
  });

  it.each([
    ["a.json: $.kind", "Fault", { kind: "Fawlt", fault: { status: 500 } }],
    ["a.json: $", "folder of events", { specversion: "1.0", id: "1", type: "a" }],
    ["a.json: $", "folder of events", { SystemAlertId: "1", AlertType: "K8S_A" }],
  ])("says at %s what stands there in place of a resource", (path, message, entry) => {
    expect(mistakesOf(entry)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it("names a file that is not JSON, and a folder that is not there", async () => {
    expect(readEstate([{ file: "b.json", text: "{" }])).toMatchObject({
      mistakes: [{ path: "b.json" }],
    });
    expect(await loadEstate("/nowhere/at/all")).toMatchObject({
      mistakes: [{ path: "/nowhere/at/all" }],
    });
  });
});

it("takes an id without its first slash, as some of Microsoft's examples have it", () => {
  const plan = {
    id: "subscriptions/0000/providers/Microsoft.Security/pricings/Api",
    name: "Api",
    type: "Microsoft.Security/pricings",
    properties: { pricingTier: "Free" },
  };
  const reading = readEstate([{ file: "plan.json", text: JSON.stringify(plan) }]);
  expect(reading).toMatchObject({ kind: "ok", estate: { resources: [{ id: `/${plan.id}` }] } });
});
