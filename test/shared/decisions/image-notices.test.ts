import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planDigest } from "../../../shared/decisions/digest.ts";
import {
  decideImageNotices,
  fixedKey,
  foundKey,
  isUntold,
  toldAs,
} from "../../../shared/decisions/image-notices.ts";
import type { KeptImage } from "../../../shared/domain/kept-image.ts";
import { ownersSubject } from "../../../shared/domain/subject.ts";
import { aCase, anInForce, aPolicy } from "../../support/builders.ts";
import {
  aKeptImage,
  aKeptImageAt,
  aSecretFinding,
  found,
  registrySubject,
} from "../../support/image-fixtures.ts";

const now = "2026-11-23T09:00:00.000Z";
const to = (name: string) => ({ to: [`${name}@contoso.com`], why: "policy", dropped: [] });
const news = (before: readonly KeptImage[], after: readonly KeptImage[], untold = false) =>
  decideImageNotices({
    subject: registrySubject,
    caseId: "AAAAAAAA",
    before,
    after,
    untold,
    now,
    notBefore: "2026-11-23T09:10:00.000Z",
  });

describe("what owners of repositories are told", () => {
  it("is a secret too that is found in an image they know already", () => {
    const known = aKeptImage();
    const secret = aKeptImage({ finding: aSecretFinding(), firstSeen: now });
    const [told, ...others] = news([known], [secret, known]);
    expect(others).toEqual([]);
    expect(told?.notices.map(({ title }) => title)).toEqual([
      "1 image to rebuild, 1 image with secrets to revoke",
    ]);
  });

  it("is one notice a look and set of owners, each of their own repositories", () => {
    const after = [
      aKeptImageAt(1, "team-a/shop", { firstSeen: now, owners: to("a") }),
      aKeptImageAt(2, "team-a/cart", { firstSeen: now, owners: to("a") }),
      aKeptImageAt(3, "team-b/api", { firstSeen: now, owners: to("b") }),
    ];
    expect(
      news([], after).map(({ to: who, notices }) => [who, notices.map(({ title }) => title)]),
    ).toEqual([
      [["a@contoso.com"], ["2 images to rebuild"]],
      [["b@contoso.com"], ["1 image to rebuild"]],
    ]);
  });

  it("is nothing when nothing changed", () => {
    const kept = [aKeptImage(), aKeptImageAt(2, "x", { resolvedAt: found })];
    expect(news(kept, kept)).toEqual([]);
  });

  it("is what was fixed, to those who heard of it", () => {
    const [told] = news([aKeptImage()], [aKeptImage({ resolvedAt: now })]);
    expect(told).toMatchObject({
      to: ["team-a@contoso.com"],
      notices: [{ kind: "fixed", key: `fixed:images:${now}`, title: "1 image done" }],
    });
  });

  it("is everything open for new owners, and for those whom the stage kept in the dark", () => {
    const moved = aKeptImage({ owners: to("new") });
    expect(news([aKeptImage()], [moved])[0]).toMatchObject({
      to: ["new@contoso.com"],
      notices: [{ key: foundKey(aKeptImage()) }],
    });
    expect(news([aKeptImage()], [aKeptImage()], true)).toHaveLength(1);
  });

  it("is nothing where nobody may be told", () => {
    const nobody = { to: [], why: "no owner is named", dropped: [] };
    expect(news([], [aKeptImage({ owners: nobody })])).toEqual([]);
  });

  it("goes as far as stage and mode let it", () => {
    const observed = aPolicy();
    const rules = { ...observed.rules, images: { ...observed.rules.images, mode: "observe" } };
    expect(toldAs(anInForce({ stage: "off" }))).toBe("no");
    expect(toldAs(anInForce({ stage: "watch" }))).toBe("preview");
    expect(toldAs(anInForce({ stage: "tell" }))).toBe("mail");
    expect(toldAs(anInForce({ policy: { ...observed, rules } as never }))).toBe("no");
    expect(isUntold({ told: "preview" }, "mail")).toBe(true);
    expect(isUntold({ told: "mail" }, "preview")).toBe(false);
    expect(isUntold(null, "mail")).toBe(false);
  });
});

describe("mails about images", () => {
  const owners = ownersSubject(["team-a@contoso.com"]);
  const registry = aCase({ subject: registrySubject, kind: "registry" });
  const plan = (
    images: readonly KeptImage[],
    notices = news([], [aKeptImage()])[0]?.notices ?? [],
  ) =>
    planDigest({
      owners,
      notices: notices.map((one) => ({ ...one, notBefore: null })),
      digests: [],
      cases: [registry],
      images: new Map([[registrySubject, images]]),
      inForce: anInForce(),
      now,
    });

  it("go while the images are open", () => {
    expect(plan([aKeptImage()])).toMatchObject({ kind: "send", parts: { new: [{}] } });
  });

  it("do not go when all was done before anybody was told", () => {
    expect(plan([aKeptImage({ resolvedAt: now })])).toEqual({ kind: "nothing" });
  });

  it("repeat nothing of images of which Defender shows nothing now", () => {
    const [first] = news([], [aKeptImage()])[0]?.notices ?? [];
    const told = first ? [{ ...first, createdAt: found, sentAt: found }] : [];
    const unknown = { since: found, reason: "no-plan", why: null } as const;
    expect(plan([aKeptImage({ unknown })], told)).toEqual({ kind: "nothing" });
    const seen = aKeptImageAt(2, "team-a/shop");
    expect(plan([aKeptImage({ unknown }), seen], told)).toMatchObject({
      kind: "send",
      parts: { stillOpen: [{}] },
    });
  });

  it("tell of what is done only those who heard of it", () => {
    const done = aKeptImage({ resolvedAt: now });
    const notices = news([aKeptImage()], [done])[0]?.notices ?? [];
    expect(plan([done], notices)).toEqual({ kind: "nothing" });
    const [earlier] = news([], [aKeptImage()])[0]?.notices ?? [];
    const told = earlier ? [{ ...earlier, createdAt: found, sentAt: found }] : [];
    expect(plan([done], [...told, ...notices])).toMatchObject({
      kind: "send",
      parts: { fixed: [{ key: fixedKey(done) }] },
    });
  });
});

const states: fc.Arbitrary<readonly KeptImage[]> = fc.uniqueArray(
  fc
    .record({
      place: fc.integer({ min: 1, max: 5 }),
      owner: fc.constantFrom("a", "b"),
      firstSeen: fc.constantFrom(found, now),
      resolvedAt: fc.constantFrom(null, now),
    })
    .map(({ place, owner, ...over }) =>
      aKeptImageAt(place, "team/x", { ...over, owners: to(owner) }),
    ),
  { selector: ({ finding }) => finding.image.digest },
);

it("every image that is open hangs on a notice to its own owners, and only to them", () => {
  const holds = fc.property(states, (after) => {
    const told = news([], after);
    for (const kept of after.filter(({ resolvedAt }) => resolvedAt === null)) {
      const telling = told.filter(({ notices }) =>
        notices.some(({ key }) => key === foundKey(kept)),
      );
      expect(telling.map(({ to: who }) => who)).toContainEqual(kept.owners.to);
    }
    const sets = told.map(({ to: who }) => who.join());
    expect(new Set(sets).size).toBe(sets.length);
  });
  fc.assert(holds);
});
