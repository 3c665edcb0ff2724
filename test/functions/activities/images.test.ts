import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { imageActivities } from "../../../functions/activities/images.ts";
import type { RegistryGateway } from "../../../shared/azure/ports.ts";
import { toldAs } from "../../../shared/decisions/image-notices.ts";
import type { ImageAssessment } from "../../../shared/domain/image-finding.ts";
import { ownersSubject } from "../../../shared/domain/subject.ts";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import { type Entry, resourceId, startAzure, subscriptionId } from "../../support/azure-world.ts";
import { aCase, anInForce, aPolicy } from "../../support/builders.ts";
import {
  anAssessment,
  anImageFinding,
  digestOf,
  registrySubject,
} from "../../support/image-fixtures.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

const subject = registrySubject;
const owners = { to: ["platform@contoso.com"], why: "tag owner on registry", dropped: [] };
const team = (name: string) => ({
  registry: "*",
  repository: `team-${name}/*`,
  to: [`${name}@contoso.com`],
});
const inForce = anInForce({
  policy: aPolicy({ owners: { repositories: [team("a"), team("b")] } }),
});
const source = { recent: async () => inForce, live: async () => inForce };

const inImage = (place: number, repository: string, over: Partial<ImageAssessment> = {}) =>
  anAssessment({
    image: { ...anImageFinding().image, repository, digest: digestOf(place) },
    ...over,
  });

function aRegistryOf(assessments: readonly ImageAssessment[]) {
  const state = createInMemoryGateways();
  const shelf = { assessments };
  const registries = {
    images: async () => ({ kind: "found", ...shelf, running: [] }),
  } as unknown as RegistryGateway;
  let now = "2026-11-23T09:00:00.000Z";
  const { judgeImages, tellImages, dropImages } = imageActivities(
    { ...state, registries },
    source,
    () => now,
  );
  return {
    state,
    shelf,
    at: (time: string) => {
      now = time;
    },
    async judge(version: string | null) {
      const answer = await judgeImages({
        subject,
        registry: "acrShop",
        scanning: { kind: "on" },
        owners,
        version,
      });
      if (answer.kind === "wait") throw new Error(answer.why);
      return answer;
    },
    tell: (before: string | null, after: string | null, since: string | null = null) =>
      tellImages({ subject, caseId: "AAAAAAAA", before, after, untold: false, since }),
    dropImages,
    notices: (to: string) => state.notices.list(ownersSubject([to])),
  };
}

describe("a look at a registry's images", () => {
  it("keeps each with its owners: the policy's for a repository, else the registry's", async () => {
    const registry = aRegistryOf([
      inImage(1, "team-a/shop"),
      inImage(2, "team-b/api"),
      inImage(3, "base/alpine"),
    ]);
    const { facts } = await registry.judge(null);
    const kept = await registry.state.keptImages.read(subject, facts.version ?? "");
    expect(
      kept?.map((one) => [one.finding.image.repository, one.owners.to, one.owners.why]),
    ).toEqual([
      ["base/alpine", owners.to, owners.why],
      ["team-a/shop", ["a@contoso.com"], "policy: repositories team-a/*"],
      ["team-b/api", ["b@contoso.com"], "policy: repositories team-b/*"],
    ]);
    expect(facts).toMatchObject({ open: 3, openRecommendations: 3 });
  });

  it("writes nothing when nothing changed", async () => {
    const registry = aRegistryOf([inImage(1, "team-a/shop")]);
    const first = await registry.judge(null);
    registry.at("2026-11-23T10:00:00.000Z");
    expect((await registry.judge(first.facts.version)).facts).toEqual(first.facts);
  });

  it("tells each set of owners of their own repositories, and of nothing twice", async () => {
    const registry = aRegistryOf([inImage(1, "team-a/shop"), inImage(2, "team-b/api")]);
    const { facts } = await registry.judge(null);
    expect(await registry.tell(null, facts.version)).toEqual({ owners: 2 });
    expect(await registry.tell(null, facts.version)).toEqual({ owners: 2 });
    expect(await registry.notices("a@contoso.com")).toHaveLength(1);
    expect(await registry.notices("b@contoso.com")).toMatchObject([
      { key: "finding:images:2026-11-23T09:00:00.000Z", notBefore: "2026-11-23T09:10:00.000Z" },
    ]);
    expect(await registry.notices("platform@contoso.com")).toEqual([]);
  });

  it("says what is done once Defender calls it healthy, and drops the look before", async () => {
    const registry = aRegistryOf([inImage(1, "team-a/shop")]);
    const first = await registry.judge(null);
    registry.at("2026-11-23T12:00:00.000Z");
    registry.shelf.assessments = [inImage(1, "team-a/shop", { status: "healthy" })];
    const second = await registry.judge(first.facts.version);
    expect(second.facts.open).toBe(0);
    await registry.tell(first.facts.version, second.facts.version);
    expect((await registry.notices("a@contoso.com")).map(({ kind }) => kind)).toEqual(["fixed"]);
    const { version: current } = second.facts;
    await registry.dropImages({ subject, version: first.facts.version, current });
    expect(await registry.state.keptImages.read(subject, first.facts.version ?? "")).toBeNull();
    expect(await registry.state.keptImages.read(subject, current ?? "")).toHaveLength(1);
  });

  it("does not call a registry clean in which nobody has ever seen an image", async () => {
    expect(await aRegistryOf([]).judge(null)).toMatchObject({
      unjudged: { reason: "not-assessed" },
    });
  });
});

describe("a registry with 10,000 findings in 2,500 images", () => {
  const registryId = resourceId("Microsoft.ContainerRegistry/registries", "acrBig");
  const sha = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const software = ["openssl", "curl", "zlib1g", "libc6"].map((name, place) => ({
    name,
    version: "1.0.0",
    fixedVersion: "1.2.0",
    severity: "High",
    cves: Array.from({ length: 7 }, (_, each) => ({
      id: `CVE-2026-${place}${String(each).padStart(4, "0")}`,
      severity: "High",
    })),
  }));
  const images = Array.from({ length: 2_500 }, (_, place) => ({
    repository: `team-a/service-${place % 100}`,
    tags: [`v${place}`],
    digest: sha(String(place)),
    pushedAt: "2026-01-10T08:00:00Z",
    software,
  }));
  const estate: Entry[] = [
    {
      id: `/subscriptions/${subscriptionId}/providers/Microsoft.Security/pricings/Containers`,
      name: "Containers",
      type: "Microsoft.Security/pricings",
      properties: {
        pricingTier: "Standard",
        extensions: [{ name: "ContainerRegistriesVulnerabilityAssessments", isEnabled: "True" }],
      },
    },
    {
      id: registryId,
      name: "acrBig",
      type: "Microsoft.ContainerRegistry/registries",
      location: "westeurope",
      properties: {},
    },
    { kind: "Images", registry: registryId, images },
  ];

  it("takes 11 calls, an answer under 32 KB and a mail under 90 KB", async () => {
    const world = await startAzure(estate);
    stop = world.stop;
    const state = createInMemoryGateways();
    const { judgeImages } = imageActivities(
      { ...state, registries: world.gateways.registries },
      source,
      () => "2026-11-23T09:00:00.000Z",
    );
    const subjectOfBig = registryId.toLowerCase();
    const answer = await judgeImages({
      subject: subjectOfBig,
      registry: "acrBig",
      scanning: { kind: "on" },
      owners,
      version: null,
    });
    expect(answer).toMatchObject({ facts: { open: 2_500, openRecommendations: 10_000 } });
    expect(world.exchanges()).toHaveLength(11);
    expect(JSON.stringify(answer).length).toBeLessThan(32_000);
    if (answer.kind === "wait") return;

    const kept = (await state.keptImages.read(subjectOfBig, answer.facts.version ?? "")) ?? [];
    expect(
      kept.flatMap(({ finding }) => finding.software.flatMap(({ cves }) => cves)),
    ).toHaveLength(70_000);
    const told = toldAs(inForce);
    const one = aCase({
      subject: subjectOfBig,
      kind: "registry",
      resourceId: registryId,
      name: "acrBig",
      findings: answer.findings,
    });
    const key = `finding:images:${kept[0]?.firstSeen}`;
    const notice = { key, subject: subjectOfBig, kind: "finding", severity: "High" } as never;
    const mail = ownerDigest({
      to: ["a@contoso.com"],
      why: "policy: repositories team-a/*",
      now: "2026-11-23T09:12:00.000Z",
      mail: inForce.policy.mail,
      policyPrices: inForce.policy.prices,
      cases: [{ ...one, facts: { ...one.facts, images: { ...answer.facts, told } } }],
      parts: { new: [notice], stillOpen: [], fixed: [] },
      alerts: [],
      images: new Map([[subjectOfBig, kept]]),
      stage: "fix-all",
      nextReminder: null,
    });
    const bytes = new TextEncoder().encode(mail.html).length;
    expect(bytes).toBeLessThanOrEqual(90 * 1024);
    expect(mail.text.match(/^\d+\. +HIGH/gm)).toHaveLength(10);
    expect(mail.text).toContain("2500 images; the first 10 in full");
  }, 60_000);
});
