import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Page } from "../../../shared/domain/page.ts";
import type { Wait } from "../../../shared/domain/refusal.ts";
import {
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  type Entry,
  resourceId,
  subscriptionId,
} from "../../support/azure-world.ts";

const registryId = resourceId("Microsoft.ContainerRegistry/registries", "acrShop");
const otherId = resourceId("Microsoft.ContainerRegistry/registries", "acrShop2");
const digest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const aRegistry = (id: string, properties: Entry = {}): Entry => ({
  id,
  name: id.slice(id.lastIndexOf("/") + 1),
  type: "Microsoft.ContainerRegistry/registries",
  location: "westeurope",
  sku: { name: "Premium" },
  tags: { owner: "ann@contoso.com" },
  properties: { creationDate: "2026-01-02T03:04:05Z", ...properties },
});
const plan: Entry = {
  id: `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings/Containers`,
  name: "Containers",
  type: "Microsoft.Security/pricings",
  properties: {
    pricingTier: "Standard",
    extensions: [
      { name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "True" },
      { name: "ContainerSensor", isEnabled: "True" },
    ],
  },
};
const openssl: Entry = {
  name: "openssl",
  version: "3.0.11",
  fixedVersion: "3.0.15",
  severity: "High",
  cves: [
    { id: "CVE-2026-0001", severity: "Medium" },
    { id: "CVE-2026-0002", severity: "Critical" },
  ],
};
const anImage = (over: Entry = {}): Entry => ({
  repository: "team-a/shop",
  tags: ["v2", "v1"],
  digest: digest("shop"),
  pushedAt: "2025-03-01T08:00:00Z",
  software: [openssl],
  ...over,
});
const images = (registry: string, ...list: readonly Entry[]): Entry => ({
  kind: "Images",
  registry,
  images: list,
});
const assigned = (guid: string): Entry => ({
  id: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/policyAssignments/${guid}`,
  name: guid,
  type: "Microsoft.Authorization/policyAssignments",
  properties: {
    policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${guid}`,
    scope: `/subscriptions/${subscriptionId}`,
    parameters: {},
  },
});

const rowsOf = <T>(page: Page<T> | Wait): readonly T[] => {
  if ("kind" in page) throw new Error(page.why);
  return page.rows;
};

describe("a registry", () => {
  it("is read by itself, and known to be gone only by its own 404", async () => {
    const { gateways } = await azureOfTest([
      aRegistry(registryId, { loginServer: "acrshop.azurecr.io" }),
    ]);
    expect(await gateways.registries.find(registryId.toLowerCase())).toEqual({
      kind: "found",
      registry: {
        id: registryId,
        name: "acrShop",
        loginServer: "acrshop.azurecr.io",
        provisioningState: "Succeeded",
        tags: { owner: "ann@contoso.com" },
        createdAt: "2026-01-02T03:04:05Z",
      },
    });
    expect(await gateways.registries.find(otherId)).toEqual({ kind: "gone" });
    const elsewhere = registryId.replace(/[0-9a-f-]{36}/, "99999999-9999-4999-8999-999999999999");
    expect(await gateways.registries.find(elsewhere)).toEqual({ kind: "gone" });
    const blind = await azureOfTest([aRegistry(registryId)], { role: { actions: ["*/write"] } });
    expect(await blind.gateways.registries.find(registryId)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
  });

  it("comes by the page with what it and its tokens violate, and what is open in its images", async () => {
    const admin = "dc921057-6b28-4fbe-9b83-f7bec05db6c2";
    const tokens = "ff05e24e-195c-447e-b322-5e90c9f9f366";
    const { gateways } = await azureOfTest([
      aRegistry(registryId, { adminUserEnabled: true }),
      aRegistry(otherId),
      {
        id: `${registryId}/tokens/ci`,
        name: "ci",
        type: "Microsoft.ContainerRegistry/registries/tokens",
        properties: { status: "enabled" },
      },
      ...[plan, assigned(admin), assigned(tokens)],
      images(
        registryId,
        anImage(),
        anImage({
          digest: digest("exempt"),
          tags: ["v3"],
          software: [{ ...openssl, exempt: true }],
        }),
      ),
    ]);
    expect(rowsOf(await gateways.registries.list(null))).toEqual([
      {
        id: registryId,
        name: "acrShop",
        subscriptionId,
        loginServer: "acrshop.azurecr.io",
        tags: { owner: "ann@contoso.com" },
        nonCompliant: [admin, tokens],
        openRecommendations: 1,
        recommendationsChangedAt: expect.stringMatching(/^2025-03-01T09:00:00/),
      },
      expect.objectContaining({
        name: "acrShop2",
        nonCompliant: [],
        openRecommendations: 0,
        recommendationsChangedAt: null,
      }),
    ]);
  });
});

describe("the images of a registry", () => {
  it("come with everything that a finding is told by, and without those of others", async () => {
    const runsIn = [{ cluster: clusterIdOf("prod"), namespace: "shop" }];
    const unfixed = { ...openssl, name: "zlib", fixedVersion: null, severity: "Low" };
    const { gateways } = await azureOfTest([
      ...[aRegistry(registryId), aRegistry(otherId), plan, aManagedCluster("prod")],
      images(registryId, anImage({ runsIn, software: [openssl, unfixed] })),
      images(otherId, anImage({ digest: digest("other") })),
    ]);
    const found = await gateways.registries.images(registryId);
    if (found.kind !== "found") throw new Error(found.why);
    expect(found.assessments.toSorted((a, b) => a.software.localeCompare(b.software))).toEqual([
      {
        image: {
          registry: registryId.toLowerCase(),
          repository: "team-a/shop",
          digest: digest("shop"),
          tags: ["v1", "v2"],
          pushedAt: "2025-03-01T08:00:00Z",
        },
        about: "software",
        software: "openssl",
        installed: ["3.0.11"],
        fixed: "3.0.15",
        fixable: true,
        severity: "Critical",
        cves: ["CVE-2026-0002", "CVE-2026-0001"],
        status: "unhealthy",
        cause: null,
        since: "2025-03-01T09:00:00.000Z",
      },
      expect.objectContaining({ software: "zlib", fixed: null, fixable: false }),
    ]);
    expect(found.running).toEqual([
      { digest: digest("shop"), cluster: clusterIdOf("prod").toLowerCase(), namespace: "shop" },
    ]);
  });

  it("come with secrets, of which nothing is asked for but the kind", async () => {
    const secrets = [{ kind: "Exposed storage account key", severity: "High" }];
    const { gateways, exchanges } = await azureOfTest([
      ...[aRegistry(registryId), aRegistry(otherId), plan],
      images(registryId, anImage({ software: [], secrets })),
    ]);
    const found = await gateways.registries.images(registryId);
    expect(found).toMatchObject({
      kind: "found",
      assessments: [{ about: "secret", software: "Exposed storage account key", cves: [] }],
    });
    const answers = exchanges().map(({ responseBody }) => responseBody);
    expect(JSON.stringify([found, answers])).not.toMatch(/pass\*\*|\.env/);
    const [first] = rowsOf(await gateways.registries.list(null));
    expect(first).toMatchObject({ openRecommendations: 1 });
  });

  it("say what Defender calls exempt, and what a scan found clean", async () => {
    const { gateways, azure, pass } = await azureOfTest([
      ...[aRegistry(registryId), plan],
      images(registryId, anImage({ software: [{ ...openssl, exempt: true }] })),
    ]);
    const statuses = async () =>
      rowsOf(await gateways.registries.assessments(registryId, null)).map(
        ({ status, cause, cves }) => ({ status, cause, cves }),
      );
    expect(await statuses()).toEqual([{ status: "not-applicable", cause: "Exempt", cves: [] }]);
    const name = { registry: registryId, repository: "team-a/shop", digest: digest("shop") };
    azure.images.change(name, { software: [] });
    await pass(61);
    expect(await statuses()).toEqual([{ status: "healthy", cause: null, cves: [] }]);
  });

  it("are none where nobody looks; that alone says nothing", async () => {
    const { gateways } = await azureOfTest([aRegistry(registryId), images(registryId, anImage())]);
    const nothing = { kind: "found", assessments: [], running: [] };
    expect(await gateways.registries.images(registryId)).toEqual(nothing);
  });

  it("ask to wait where Azure throttles", async () => {
    const path = "/providers/Microsoft.ResourceGraph/resources";
    const fault = { status: 429, code: "RateLimiting", retryAfter: 7 };
    const { gateways } = await azureOfTest([
      aRegistry(registryId),
      aFault({ method: "POST", path, fault }),
    ]);
    expect(await gateways.registries.images(registryId)).toMatchObject({
      kind: "wait",
      seconds: 7,
    });
  });

  it("cost one query for each thousand recommendations, however many images there are", async () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      anImage({
        repository: `team-${at % 3}/app-${at}`,
        digest: digest(`app ${at}`),
        software: Array.from({ length: 10 }, (_, nth) => ({ ...openssl, name: `lib-${nth}` })),
      }),
    );
    const { gateways, exchanges } = await azureOfTest([
      ...[aRegistry(registryId), plan],
      images(registryId, ...many),
    ]);
    const found = await gateways.registries.images(registryId);
    if (found.kind !== "found") throw new Error(found.why);
    expect(found.assessments).toHaveLength(10_000);
    expect(new Set(found.assessments.map(({ image }) => image.digest)).size).toBe(1_000);
    expect(exchanges().map(({ method, status }) => `${method} ${status}`)).toEqual(
      Array.from({ length: 11 }, () => "POST 200"),
    );
    const largest = Math.max(
      ...exchanges().map(({ responseBody }) => JSON.stringify(responseBody).length),
    );
    expect(largest).toBeLessThan(2_000_000);
  }, 60_000);
});

it("reads no more than the observer's role grants", async () => {
  const actions = [
    "Microsoft.ResourceGraph/resources/read",
    "Microsoft.ContainerRegistry/registries/read",
    "Microsoft.Security/assessments/read",
  ];
  const { gateways } = await azureOfTest(
    [aRegistry(registryId), plan, images(registryId, anImage())],
    {
      role: { actions },
    },
  );
  expect(await gateways.registries.images(registryId)).toMatchObject({ assessments: [{}] });
});
