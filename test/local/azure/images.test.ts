import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RegistryImages } from "../../../local/azure/images/index.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  listAt,
  objectAt,
} from "../../../local/azure/json.ts";
import { readDefenderEvents } from "../../../shared/events/defender-events.ts";
import { aCluster, clusterId, group, startAzure, subscription } from "./simulated.ts";

const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/acrOne`;
const digest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const openssl = {
  name: "openssl",
  version: "3.0.11",
  fixedVersion: "3.0.15",
  severity: "High" as const,
  cves: [{ id: "CVE-2026-0001", severity: "Critical" as const }],
};
const zlib = { ...openssl, name: "zlib", fixedVersion: null, severity: "Low" as const };
const shop = {
  registry,
  repository: "team-a/shop",
  digest: digest("shop 1"),
};

const aRegistry = (properties: JsonObject = {}): Json => ({
  id: registry,
  name: "acrOne",
  type: "Microsoft.ContainerRegistry/registries",
  location: "westeurope",
  properties,
});

const aPlan = (on: boolean): JsonObject => ({
  id: `${subscription}/providers/Microsoft.Security/pricings/Containers`,
  name: "Containers",
  type: "Microsoft.Security/pricings",
  properties: {
    pricingTier: "Standard",
    extensions: [
      { name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: on ? "True" : "False" },
      { name: "ContainerSensor", isEnabled: "True" },
    ],
  },
});

const anImage = (more: JsonObject = {}): JsonObject => ({
  repository: shop.repository,
  tags: ["v1"],
  digest: shop.digest,
  pushedAt: "2026-03-01T08:00:00Z",
  software: [openssl],
  ...more,
});

const images = (...list: readonly Json[]): Json => ({ kind: "Images", registry, images: list });

const everything = [aRegistry(), aPlan(true), aCluster()];

type Started = Awaited<ReturnType<typeof startAzure>>;

/** What Resource Graph shows of images, by the words of a query. */
async function rows({ arm }: Started, more = ""): Promise<readonly JsonObject[]> {
  const query = `securityresources
| where type == 'microsoft.security/assessments'
| where properties.metadata.recommendationCategory == 'SoftwareUpdate'
| where properties.resourceDetails.ResourceType == '.containerimage'${more}
| order by id asc`;
  const path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
  const { body } = await arm("POST", path, { query, options: { resultFormat: "objectArray" } });
  return listAt(body, "data").filter(isObject);
}

const statuses = async (started: Started): Promise<readonly string[]> =>
  (await rows(started)).map(({ properties }) => {
    const name = objectAt(objectAt({ properties }, "properties"), "additionalData")["SoftwareName"];
    return `${name} ${objectAt(properties, "status")["code"]}`;
  });

const hour = 3600;

describe("an estate's images", () => {
  it("are assessed from the start, one assessment for each software", async () => {
    const started = await startAzure([...everything, images(anImage())]);
    const [row, ...others] = await rows(started);
    expect(others).toEqual([]);
    const entity = `${registry}/providers/Microsoft.Security/securityentitydata/repositories-team-a-shop-images-${shop.digest}`;
    expect(row).toMatchObject({
      type: "microsoft.security/assessments",
      subscriptionId: subscription.split("/").at(-1),
      properties: {
        displayName: "Update openssl",
        status: { code: "Unhealthy", firstEvaluationDate: "2026-03-01T09:00:00.000Z" },
        resourceDetails: { Source: "Azure", Id: entity, ResourceName: "shop" },
        resourceAdditionalData: {
          Digest: shop.digest,
          LastPushedToRegistryUTC: "2026-03-01T08:00:00Z",
          RepositoryDetails: { RepositoryName: "team-a/shop", RegistryHost: "acrone.azurecr.io" },
        },
        metadata: { severity: "High", recommendationCategory: "SoftwareUpdate" },
        additionalData: {
          SoftwareName: "openssl",
          DetectedSoftwareVersions: '["3.0.11"]',
          FixedVersion: "3.0.15",
        },
      },
    });
    const details = objectAt(objectAt(row, "properties"), "additionalData")["CvesDetails"];
    expect(JSON.parse(String(details))).toMatchObject([
      { CveId: "CVE-2026-0001", Severity: "Critical", FixStatus: "FixAvailable" },
    ]);
    expect(String(row?.["id"]).startsWith(`${entity}/providers/Microsoft.Security/`)).toBe(true);
    const { status, body } = await started.arm("GET", `${row?.["id"]}?api-version=2021-06-01`);
    expect({ status, body }).toMatchObject({ status: 200, body: { id: row?.["id"] } });
  });

  it.each<[string, readonly Json[]]>([
    ["without the plan", [aRegistry(), images(anImage())]],
    ["without its extension", [aRegistry(), aPlan(false), images(anImage())]],
    ["where Defender does not scan them", [...everything, images(anImage({ scanned: false }))]],
    [
      "that were pushed a moment ago",
      [...everything, images(anImage({ pushedAt: "2026-03-02T07:59:00Z" }))],
    ],
  ])("are not assessed %s", async (_, estate) => {
    expect(await rows(await startAzure(estate))).toEqual([]);
  });

  it("say of exempt software that it is not applicable, without its CVEs", async () => {
    const software = [{ ...openssl, exempt: true }];
    const started = await startAzure([...everything, images(anImage({ software }))]);
    const [row] = await rows(started);
    expect(row).toMatchObject({
      properties: { status: { code: "NotApplicable", cause: "Exempt" } },
    });
    expect(JSON.stringify(row)).not.toContain("CVE-");
  });

  it("have an assessment of each container that runs them, where a plan sees containers", async () => {
    const runsIn = [{ cluster: clusterId, namespace: "shop" }];
    const started = await startAzure([...everything, images(anImage({ runsIn }))]);
    const query = `securityresources | where properties.resourceDetails.ResourceType == 'K8s-container'`;
    const path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    const { body } = await started.arm("POST", path, { query });
    expect(listAt(body, "data")).toMatchObject([
      {
        properties: {
          status: { code: "Unhealthy" },
          resourceAdditionalData: {
            Digest: shop.digest,
            ClusterId: clusterId,
            Namespace: "shop",
          },
        },
      },
    ]);
    expect(await rows(started)).toHaveLength(1);
  });

  it.each<[string, Json, string]>([
    ["a registry that is not there", images(), "a.registry"],
    ["a digest of another form", images(anImage({ digest: "sha256:1" })), "images[0].digest"],
    [
      "software named twice",
      images(anImage({ software: [openssl, openssl] })),
      "images[0].software",
    ],
  ])("may not name %s", async (_, entry, at) => {
    const estate = at === "a.registry" ? [entry] : [aRegistry(), entry];
    await expect(startAzure(estate)).rejects.toThrow(at.replace("a.", "."));
  });
});

describe("a push", () => {
  it("raises an event at once and findings after the scan, which are exported", async () => {
    const bodies: unknown[] = [];
    const started = await startAzure(everything, {
      deliverDefender: async (given) => void bodies.push(...given),
    });
    const { azure, pass } = started;
    azure.images.push({ ...shop, tag: "v1", software: [openssl, zlib] });
    expect(azure.events).toMatchObject([
      {
        topic: registry,
        subject: "team-a/shop:v1",
        eventType: "Microsoft.ContainerRegistry.ImagePushed",
        data: {
          action: "push",
          target: { digest: shop.digest, repository: "team-a/shop", tag: "v1" },
          request: { host: "acrone.azurecr.io" },
        },
      },
    ]);
    await pass(hour - 1);
    expect(await rows(started)).toEqual([]);
    await pass(6);
    expect(await statuses(started)).toEqual(
      expect.arrayContaining(["openssl Unhealthy", "zlib Unhealthy"]),
    );
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toMatchObject({
      assessmentEventDataEnrichment: { action: "Insert", isSnapshot: false },
      type: "Microsoft.Security/assessments",
      properties: {
        resourceDetails: { source: "Azure", ResourceType: ".containerimage" },
        metadata: { recommendationCategory: "SoftwareUpdate" },
      },
    });
    for (const body of bodies) {
      expect(readDefenderEvents(body, "2026-03-02T09:00:00Z")).toMatchObject({
        poison: [],
        marks: [{}],
      });
    }
  });

  it("of a tag ends the findings of the image that had it, and only of that", async () => {
    const bodies: JsonObject[] = [];
    const other = anImage({ repository: "team-b/pay", digest: digest("pay") });
    const started = await startAzure([...everything, images(anImage(), other)], {
      deliverDefender: async (given) => void bodies.push(...given.filter(isObject)),
    });
    started.azure.images.push({ ...shop, digest: digest("shop 2"), tag: "v1", software: [zlib] });
    await started.pass(hour + 6);
    expect(await statuses(started)).toEqual(
      expect.arrayContaining(["openssl Unhealthy", "zlib Unhealthy"]),
    );
    expect(await rows(started)).toHaveLength(2);
    const actions = bodies.map((body) => objectAt(body, "assessmentEventDataEnrichment")["action"]);
    expect(actions.toSorted()).toEqual(["Delete", "Insert"]);
  });

  it("leaves the findings of the image before while it still runs", async () => {
    const runsIn = [{ cluster: clusterId, namespace: "shop" }];
    const started = await startAzure([...everything, images(anImage({ runsIn }))]);
    started.azure.images.push({ ...shop, digest: digest("shop 2"), tag: "v1" });
    await started.pass(hour + 6);
    expect(await statuses(started)).toEqual(["openssl Unhealthy"]);
    started.azure.images.change(shop, { runsIn: [] });
    await started.pass(hour + 6);
    expect(await statuses(started)).toEqual([]);
  });

  it("asks for a registry of the estate", async () => {
    const { azure } = await startAzure(everything);
    const nowhere = { ...shop, registry: `${registry}x`, tag: "v1" };
    expect(() => azure.images.push(nowhere)).toThrow("no registry of the estate");
    expect(() => azure.images.delete(shop)).toThrow("holds no team-a/shop@");
  });
});

describe("findings", () => {
  it("become healthy when a scan no longer finds them, and keep when they were first seen", async () => {
    const started = await startAzure([...everything, images(anImage())]);
    started.azure.images.change(shop, { software: [] });
    await started.pass(hour + 6);
    expect(await statuses(started)).toEqual(["openssl Healthy"]);
    const [row] = await rows(started);
    expect(objectAt(row?.["properties"], "status")).toMatchObject({
      firstEvaluationDate: "2026-03-01T09:00:00.000Z",
      statusChangeDate: "2026-03-02T09:00:00.000Z",
    });
  });

  it("are exported once: a scan that finds the same tells nothing", async () => {
    const bodies: unknown[] = [];
    const started = await startAzure([...everything, images(anImage())], {
      deliverDefender: async (given) => void bodies.push(...given),
    });
    started.azure.images.change(shop, { software: [openssl] });
    await started.pass(2 * hour);
    expect(bodies).toEqual([]);
  });

  it("vanish an hour after the image, with an event that names no tag", async () => {
    const started = await startAzure([...everything, images(anImage())]);
    started.azure.images.delete(shop);
    expect(started.azure.events).toMatchObject([
      { eventType: "Microsoft.ContainerRegistry.ImageDeleted", subject: "team-a/shop" },
    ]);
    expect(started.azure.events[0]?.data["target"]).not.toHaveProperty("tag");
    await started.pass(hour - 60);
    expect(await rows(started)).toHaveLength(1);
    await started.pass(120);
    expect(await rows(started)).toEqual([]);
  });

  it("vanish with the plan's extension and come back with it", async () => {
    const started = await startAzure([...everything, images(anImage())]);
    started.azure.store.put({ ...aPlan(false), id: String(aPlan(false)["id"]) });
    await started.pass(hour + 6);
    expect(await rows(started)).toEqual([]);
    started.azure.store.put({ ...aPlan(true), id: String(aPlan(true)["id"]) });
    await started.pass(hour + 6);
    expect(await rows(started)).toHaveLength(1);
  });

  it("vanish with their registry", async () => {
    const runsIn = [{ cluster: clusterId, namespace: "shop" }];
    const started = await startAzure([...everything, images(anImage({ runsIn }))]);
    started.azure.store.remove(registry);
    await started.pass(hour + 6);
    const left = started.azure.store.list("Microsoft.Security/assessments");
    expect(left).toEqual([]);
  });
});

it("lists what lies in a registry", async () => {
  const { azure } = await startAzure([...everything, images(anImage())]);
  const list: ReturnType<RegistryImages["list"]> = azure.images.list(registry.toUpperCase());
  expect(list.map(({ digest: one }) => one)).toEqual([shop.digest]);
});
