import { afterAll, beforeAll, expect, it } from "vitest";
import type { Case } from "../../shared/domain/case.ts";
import type { KeptImage } from "../../shared/domain/kept-image.ts";
import { startWholeWorld, type WholeWorld } from "../support/whole-world.ts";

const registry =
  "/subscriptions/6d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d7/resourceGroups/rg-img/providers/Microsoft.ContainerRegistry/registries/acrteams";
let world: WholeWorld;

beforeAll(async () => {
  world = await startWholeWorld("test/fixtures/end-to-end-registry");
  await world.passTo(10);
}, 60_000);

afterAll(() => world?.stop());

const zlib = {
  name: "zlib1g",
  version: "1.2.13",
  fixedVersion: "1.3.1",
  severity: "High" as const,
  cves: [{ id: "CVE-2026-22184", severity: "High" as const }],
};
const key = { kind: "Exposed Azure Storage account key", severity: "High" as const };
const digest = (sign: string): string => `sha256:${sign.repeat(64)}`;

it("leads from a push to one mail for the team whose image it is, 80 minutes later at most", async () => {
  for (const [team, sign] of [
    ["team-a", "a"],
    ["team-b", "b"],
  ] as const) {
    const repository = `${team}/shop`;
    world.azure.images.push({
      registry,
      repository,
      tag: "1",
      digest: digest(sign),
      software: [zlib],
      secrets: team === "team-b" ? [key] : [],
    });
  }
  await world.passTo(10 + 62);
  expect(mailsTo("team-a@contoso.com")).toEqual([]);
  await world.passTo(10 + 80);
  for (const team of ["team-a", "team-b"]) {
    const mails = mailsTo(`${team}@contoso.com`);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.content.plainText).toContain(`${team}/shop:1`);
    expect(mails[0]?.content.plainText).toContain("1.2.13 → 1.3.1");
    const other = team === "team-a" ? "team-b" : "team-a";
    expect(mails[0]?.content.plainText).not.toContain(`${other}/`);
  }
  expect(mailsTo("platform@contoso.com")).toEqual([]);
});

it("asks only the team of the image to revoke the secret in it, which nobody gets to read", async () => {
  const [toA, toB] = ["team-a", "team-b"].map(
    (team) => mailsTo(`${team}@contoso.com`)[0]?.content.plainText ?? "",
  );
  expect(toA).not.toContain("secret");
  expect(toB).toMatch(/SECRETS TO REVOKE\n1\. HIGH +team-b\/shop:1\./);
  expect(toB).toContain(key.kind);
  const told = JSON.stringify([toB, await readCase()]);
  // What the simulated Azure says of the secret itself.
  expect(told).not.toMatch(/pass\*\*|\.env/);
});

it("tags the registry, and keeps every image with its case", async () => {
  expect(await tags()).toEqual({
    "guardrail-compliance": "noncompliant",
    "guardrail-since": "2026-11-23",
  });
  const { case: found, images } = await readCase();
  expect(found).toMatchObject({ kind: "registry", fault: null, facts: { images: { open: 2 } } });
  expect(images.map(({ finding }) => finding.image.repository)).toEqual([
    ...["team-b/shop", "team-a/shop", "team-b/shop"],
  ]);
});

it("comes to rest: neither events that come again nor the scan write or mail anything", async () => {
  const before = { mails: mailCount(), found: await readCase() };
  await world.passTo(150);
  await world.call("scan", { method: "POST" });
  await world.passTo(200);
  expect(mailCount()).toBe(before.mails);
  const after = await readCase();
  expect(after.case.facts.images).toEqual(before.found.case.facts.images);
  expect(after.case.history).toEqual(before.found.case.history);
});

it("ends a finding when the tag is pushed rebuilt, and thanks only that team, the next day", async () => {
  const rebuilt = { registry, repository: "team-a/shop", tag: "1", digest: digest("c") };
  world.azure.images.push({ ...rebuilt, software: [] });
  await world.passTo(200 + 80);
  const { images } = await readCase();
  const open = images.filter(({ resolvedAt }) => resolvedAt === null);
  expect(open.map(({ finding }) => finding.image.repository)).toEqual([
    ...["team-b/shop", "team-b/shop"],
  ]);
  await world.passTo(24 * 60 + 30);
  expect(mailsTo("team-a@contoso.com").map(({ content }) => content.plainText)).toEqual([
    expect.stringContaining("IMAGES TO REBUILD"),
    expect.stringMatching(/IMAGES DONE[^\n]*\nteam-a\/shop/),
  ]);
  expect(mailsTo("team-b@contoso.com")).toHaveLength(1);
}, 120_000);

it("asked Azure for nothing that it does not offer, and did nothing careless", () => {
  expect(world.azure.unhandled).toEqual([]);
  expect(world.azure.missteps).toEqual([]);
});

async function tags(): Promise<Record<string, string>> {
  const headers = { authorization: "Bearer local" };
  const url = `${world.azure.url()}${registry}?api-version=2023-07-01`;
  const response = await fetch(url, { headers });
  return ((await response.json()) as { tags: Record<string, string> }).tags;
}

async function readCase(): Promise<{ case: Case; images: readonly KeptImage[] }> {
  const response = await world.call(`cases?subject=${encodeURIComponent(registry)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as { case: Case; images: readonly KeptImage[] };
}

const mailCount = (): number => world.azure.mailbox.mails.length;

const mailsTo = (address: string) =>
  world.azure.mailbox.mails
    .map(({ message }) => message)
    .filter(({ recipients }) => recipients.to.some((to) => to.address === address));
