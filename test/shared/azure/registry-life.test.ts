import { createHash } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { aboutOf } from "../../../shared/decisions/image-grouping.ts";
import { scanningOf } from "../../../shared/decisions/image-scanning.ts";
import { decideImages } from "../../../shared/decisions/images.ts";
import type { RememberedImage } from "../../../shared/domain/image-finding.ts";
import { known } from "../../../shared/domain/refusal.ts";
import { type Entry, resourceId, startAzure, subscriptionId } from "../../support/azure-world.ts";

type World = Awaited<ReturnType<typeof startAzure>>;
let world: World | null = null;
afterEach(() => world?.stop());

const registry = resourceId("Microsoft.ContainerRegistry/registries", "acrShop");
const digest = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const planId = `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings/Containers`;
const plan = (tier: "Standard" | "Free") => ({
  id: planId,
  name: "Containers",
  type: "Microsoft.Security/pricings",
  properties: {
    pricingTier: tier,
    extensions: [{ name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "True" }],
  },
});
const openssl = {
  name: "openssl",
  version: "3.0.11",
  fixedVersion: "3.0.15",
  severity: "High" as const,
  cves: [{ id: "CVE-2026-0001", severity: "Critical" as const }],
};
const rule = {
  mode: "enforce",
  from: "High",
  fixableOnly: true,
  runningFirst: true,
} as const;

/** A world with one image that needs an update, and a look at it as a run would have it. */
async function aWorld() {
  const now = Date.now();
  const started = await startAzure([
    plan("Standard"),
    {
      id: registry,
      name: "acrShop",
      type: "Microsoft.ContainerRegistry/registries",
      location: "westeurope",
      properties: {},
    },
    {
      kind: "Images",
      registry,
      images: [
        {
          repository: "team-a/shop",
          tags: ["v1"],
          digest: digest("1"),
          pushedAt: new Date(now - 3_600_000 * 24).toISOString(),
          software: [openssl],
        },
      ],
    } satisfies Entry,
  ]);
  world = started;
  let before: readonly RememberedImage[] = [];
  const look = async () => {
    const found = await started.gateways.registries.images(registry);
    const plans = await started.gateways.plans.list(subscriptionId);
    if (found.kind !== "found" || plans.kind !== "found") throw new Error("not readable");
    const judgement = decideImages(
      {
        ...found,
        scanning: scanningOf(known(plans.plans)),
        before,
        now: new Date(started.azure.clock.now()).toISOString(),
      },
      rule,
    );
    before = [
      ...judgement.findings.map((finding) => ({
        ...finding.image,
        about: aboutOf(finding),
        unknownSince: null,
      })),
      ...judgement.unknown.map(({ image }) => image),
    ];
    return {
      findings: judgement.findings.map(({ image }) => image.digest),
      unknown: judgement.unknown.map(({ reason }) => reason),
      closed: judgement.closed.map(({ why }) => why),
      unjudged: judgement.unjudged?.reason ?? null,
    };
  };
  return { ...started, look };
}

const quiet = { findings: [], unknown: [], closed: [], unjudged: null };

it("a push of the tag with the update ends the finding once it is scanned", async () => {
  const { azure, pass, look } = await aWorld();
  expect(await look()).toEqual({ ...quiet, findings: [digest("1")] });
  azure.images.push({ registry, repository: "team-a/shop", digest: digest("2"), tag: "v1" });
  expect(await look()).toEqual({ ...quiet, findings: [digest("1")] });
  await pass(61);
  expect(await look()).toEqual({ ...quiet, closed: ["gone"] });
  expect(await look()).toEqual(quiet);
});

it("a push of the tag without the update moves the finding to the new image", async () => {
  const { azure, pass, look } = await aWorld();
  await look();
  const pushed = { registry, repository: "team-a/shop", digest: digest("2"), tag: "v1" };
  azure.images.push({ ...pushed, software: [openssl] });
  await pass(61);
  expect(await look()).toEqual({ ...quiet, findings: [digest("2")], closed: ["replaced"] });
});

it("a deleted image ends its finding", async () => {
  const { azure, pass, look } = await aWorld();
  await look();
  azure.images.delete({ registry, repository: "team-a/shop", digest: digest("1") });
  await pass(61);
  expect(await look()).toEqual({ ...quiet, closed: ["gone"] });
});

it("a plan that goes off makes the finding unknown, and open again when it comes back", async () => {
  const { azure, pass, look } = await aWorld();
  await look();
  azure.store.put(plan("Free"));
  await pass(61);
  expect(await look()).toEqual({ ...quiet, unknown: ["no-plan"], unjudged: "no-plan" });
  azure.store.put(plan("Standard"));
  await pass(61);
  expect(await look()).toEqual({ ...quiet, findings: [digest("1")] });
});
