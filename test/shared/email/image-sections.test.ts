import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedKey, foundKey } from "../../../shared/decisions/image-notices.ts";
import type { KeptImage } from "../../../shared/domain/kept-image.ts";
import type { Notice } from "../../../shared/domain/notice.ts";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import {
  aKeptImage,
  aKeptImageAt,
  anImageFinding,
  aRegistry,
  aSecretFinding,
  digestOf,
  found,
  registrySubject,
} from "../../support/image-fixtures.ts";
import * as f from "../../support/mail-fixtures.ts";

const registry = aRegistry();
const notice = (key: string, kind: Notice["kind"]): Notice => ({
  key,
  kind,
  subject: registrySubject,
  caseId: "AAAAAAAA",
  severity: "High",
  urgent: false,
  title: "1 image to rebuild",
  createdAt: f.now,
  notBefore: null,
  sentAt: null,
  digest: null,
});
const leftOut = { unfixable: 2, underTheBar: 0, exempt: 1 };

function mail(
  images: readonly KeptImage[],
  parts: Partial<Record<"new" | "stillOpen", boolean>> = {},
) {
  const open = images.filter(({ resolvedAt }) => resolvedAt === null);
  const done = images.filter(({ resolvedAt }) => resolvedAt !== null);
  const keys = [...new Set(open.map(foundKey))].map((key) => notice(key, "finding"));
  const one = f.aCase({
    subject: registrySubject,
    kind: "registry",
    resourceId: registry.id,
    name: registry.name,
    findings: [],
    history: [],
    parts: [],
  });
  const facts = {
    ...one.facts,
    images: {
      version: "v1",
      open: open.length,
      running: 0,
      unknown: 0,
      leftOut,
      openRecommendations: 3,
      changedAt: null,
      told: "mail" as const,
    },
  };
  return ownerDigest(
    f.aDigestInput({
      why: "policy: repositories team-a/*",
      cases: [{ ...one, facts }],
      alerts: [],
      images: new Map([[registrySubject, images]]),
      parts: {
        new: parts.stillOpen ? [] : keys,
        stillOpen: parts.stillOpen ? keys : [],
        fixed: [...new Set(done.map(fixedKey))].map((key) => notice(key, "fixed")),
      },
    }),
  );
}

const running = aKeptImage({
  finding: anImageFinding({
    severity: "Critical",
    runsIn: [{ cluster: "/subscriptions/s/x/managedClusters/aks-shop", namespace: "shop" }],
  }),
});

describe("a mail about images", () => {
  it("says what to rebuild, what to raise, what to roll out, and how to check", () => {
    const { subject, text } = mail([running]);
    expect(subject).toMatch(/^acrShop: security findings \(case \w{8}\)$/);
    for (const part of [
      "You:  rebuild team-a/shop:v1.",
      "1. CRITICAL team-a/shop:v1.",
      "openssl 3.0.11 → 3.0.15, high",
      "CVE-2026-1",
      "aks-shop, namespace shop",
      "az acr repository show -n acrShop --image team-a/shop:v1 --query digest -o tsv",
      "If you push it under another tag, delete the old image",
      "whole registry: 2 packages that nobody has fixed yet and 1 exempt.",
      "Rebuilt when it names another digest than sha256:000000000000 (shortened).",
      "Since     Sun 22 Nov 2026, 1 day",
      "WHY YOU: policy: repositories team-a/*. Wrong team? Reply",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/<[a-z-]+>/);
  });

  it("says of a secret to revoke it first, and never shows it", () => {
    const secret = aKeptImage({ finding: aSecretFinding() });
    const { text } = mail([secret, running]);
    const flat = text.replace(/\s+/g, " ");
    for (const part of [
      "You: revoke the secrets in team-a/shop:v1 and rebuild it.",
      "A secret lies in this image. Whoever can pull it can read it.",
      "Found Exposed storage account key, high",
      "First revoke it where it was issued: only that ends the use.",
      "Then rebuild the image without it, in no layer, and delete this one.",
    ]) {
      expect(flat).toContain(part);
    }
    expect(text.indexOf("SECRETS TO REVOKE")).toBeLessThan(text.indexOf("IMAGES TO REBUILD"));
    const more = mail([secret, aKeptImageAt(2, "team-a/cart")]).text.replace(/\s+/g, " ");
    expect(more).toContain("You: revoke the secrets in 1 image and rebuild 2 images.");
    const medium = aKeptImage({ finding: aSecretFinding({ severity: "Medium" }) });
    expect(mail([medium, running]).text).not.toContain("high one");
    expect(mail([secret], { stillOpen: true }).text).toContain("SECRETS STILL TO REVOKE");
    const done = mail([aKeptImage({ finding: aSecretFinding(), resolvedAt: f.now })]).text;
    expect(done.replace(/\s+/g, " ")).toContain("What was not revoked still works.");
  });

  it("advises to delete an image without a tag, and checks that it is gone", () => {
    const bare = { ...anImageFinding().image, tags: [] };
    const flat = mail([aKeptImage({ finding: anImageFinding({ image: bare }) })]).text;
    expect(flat.replace(/\s+/g, " ")).toContain("If nobody pulls it by its digest, delete it");
    expect(flat).toContain(`--image team-a/shop@${bare.digest} --query digest`);
    expect(flat).toContain("Gone when Azure no longer finds it.");
  });

  it("asks for another base where nobody has fixed anything", () => {
    const [software] = anImageFinding().software;
    const unfixed = software ? [{ ...software, fixed: null, fixable: false }] : [];
    const { text } = mail([aKeptImage({ finding: anImageFinding({ software: unfixed }) })]);
    expect(text.replace(/\s+/g, " ")).toContain("use another base image or package, or wait");
    expect(text).toContain("openssl 3.0.11 (no fix yet), high");
  });

  it("names in words why nothing is seen of an image", () => {
    const unknown = { since: found, reason: "not-pulled" as const, why: null };
    const { text } = mail([aKeptImage({ unknown })]);
    expect(text.replace(/\s+/g, " ")).toContain("nobody pushed or pulled for 30 days");
  });

  it("shows five ids and counts the rest", () => {
    const [software] = anImageFinding().software;
    const cves = Array.from({ length: 12 }, (_, place) => `CVE-2026-${1000 + place}`);
    const finding = anImageFinding({ software: software ? [{ ...software, cves }] : [] });
    const { text } = mail([aKeptImage({ finding })]);
    expect(text.replace(/\s+/g, " ")).toContain("CVE-2026-1004 and 7 more");
    expect(text).not.toContain("CVE-2026-1005");
  });

  it("tells new, still open and done apart", () => {
    expect(mail([aKeptImage()]).text).toContain("IMAGES TO REBUILD");
    const open = mail([aKeptImage()], { stillOpen: true }).text;
    expect(open).toContain("IMAGES STILL TO REBUILD");
    expect(open).toMatch(/Since +Sun 22 Nov 2026, 1 day/);
    const done = mail([aKeptImageAt(2, "team-b/api", { resolvedAt: f.now })]).text;
    expect(done).toMatch(/IMAGES DONE[^\n]*\nteam-b\/api:v1/);
    expect(done).toContain("You:  nothing to do.");
  });

  it("keeps to the readers' own images", () => {
    const { text } = mail([aKeptImage()]);
    expect(text).not.toContain("team-b");
  });

  it("tells 10 in full, secrets among them", () => {
    const images = Array.from({ length: 12 }, (_, place) =>
      aKeptImageAt(place, `team-a/s${place}`),
    );
    const secret = aKeptImage({ finding: aSecretFinding() });
    const { text } = mail([secret, ...images]);
    expect(text.match(/^\d+\. +HIGH/gm)).toHaveLength(10);
  });

  it("tells 10 in full and the others in a table, a row an image", () => {
    const images = Array.from({ length: 25 }, (_, place) =>
      aKeptImageAt(place, `team-a/s${place}`),
    );
    const { text, html } = mail(images);
    expect(text.match(/^\d+\. +HIGH/gm)).toHaveLength(10);
    expect(html).toContain("team-a/s24:v1");
  });

  it("fits 5,000 images of 60 repositories into 90 KB, and counts each", () => {
    const images = Array.from({ length: 5_000 }, (_, place) =>
      aKeptImageAt(place, `team-a/service-${place % 60}`),
    );
    const { text, html } = mail(images);
    expect(new TextEncoder().encode(html).length).toBeLessThanOrEqual(90 * 1024);
    const full = text.match(/^\d+\. +HIGH/gm)?.length ?? 0;
    const rows = [...text.matchAll(/team-a\/service-\d+\s+(\d+)\s+High/g)];
    const named = rows.reduce((sum, [, count]) => sum + Number(count), 0);
    const more = Number(/and (\d+) more images?/.exec(text)?.[1] ?? 0);
    expect(full + named + more).toBe(5_000);
  });

  it("says where the rest is when even a row a repository is too much", () => {
    const images = Array.from({ length: 300 }, (_, place) =>
      aKeptImageAt(place, `team-a/service-${place}`),
    );
    const { text } = mail(images);
    const [, more, repositories] =
      /and (\d+) more images in (\d+) repositories: Defender/.exec(text) ?? [];
    expect(Number(more)).toBeGreaterThan(200);
    expect(repositories).toBe(more);
  });

  it("never lets what an image says become markup, a link or a command", () => {
    const nasty = fc.constantFrom(
      "<img src=x onerror=alert(1)>",
      "$(curl evil)",
      "'; rm -rf / #",
      "https://evil.example/x",
      "a\r\nBcc: eve@evil.example",
    );
    const holds = fc.property(nasty, nasty, (name, version) => {
      const [software] = anImageFinding().software;
      const finding = anImageFinding({
        image: {
          ...anImageFinding().image,
          repository: name,
          digest: digestOf(7),
          tags: [version],
        },
        software: software
          ? [{ ...software, software: name, installed: [version], fixed: version, cves: [name] }]
          : [],
        runsIn: [{ cluster: name, namespace: version }],
      });
      const { html, subject, text } = mail([aKeptImage({ finding, firstSeen: found })]);
      expect(html).not.toMatch(/<img|href="https:\/\/evil/);
      expect(subject).not.toMatch(/[\r\n]/);
      const command =
        text.split("\n").find((line) => line.includes("az acr repository show")) ?? "";
      const bare = command.replace(/'(?:[^']|'\\'')*'/g, "");
      expect(bare).not.toMatch(/[$;`]/);
    });
    fc.assert(holds);
  });
});
