import type { Mutant } from "./mutant.ts";

const images = "test/shared/decisions/images.test.ts";
const kept = "test/shared/decisions/kept-images.test.ts";
const rows = "test/shared/azure/image-rows.test.ts";
const gateway = "test/shared/azure/registries.test.ts";
const keptRows = "test/shared/azure/kept-images.test.ts";
const notices = "test/shared/decisions/image-notices.test.ts";
const look = "test/functions/orchestrators/guard-registry.test.ts";
const judge = "test/shared/decisions/judge-registry.test.ts";
const activity = "test/functions/activities/images.test.ts";
const mail = "test/shared/email/image-sections.test.ts";

const neverClean = "is unknown, never clean, when ";

/** What protects registries and the owners of their images, by the invariant that it keeps. */
export const registryMutants: Readonly<Record<string, readonly Mutant[]>> = {
  "nothing lost": [
    {
      file: "shared/azure/kept-images.ts",
      find: "const rowLength = 300_000;",
      replace: "const rowLength = 300_000_000;",
      test: { file: keptRows, name: "keeps 5,000 images in rows that a table takes" },
    },
    {
      file: "shared/azure/registries.ts",
      find: "next = (page satisfies Page<T>).next;",
      replace: "next = page.rows.length < 0 ? page.next : null;",
      test: { file: gateway, name: "cost one query for each thousand recommendations" },
    },
    {
      file: "shared/decisions/image-notices.ts",
      find: "(news.untold || !known || setOf(known) !== setOf(kept))",
      replace: "!known",
      test: { file: notices, name: "is everything open for new owners" },
    },
    {
      file: "shared/decisions/image-grouping.ts",
      find: '(about === "secret" ?',
      replace: '(String(about) === "" ?',
      test: { file: kept, name: "are kept twice where a secret lies in one" },
    },
    {
      file: "shared/decisions/images.ts",
      find: "other.tags.some((tag) => image.tags.includes(tag)),",
      replace: "other.tags.every((tag) => !image.tags.includes(tag)),",
      test: { file: images, name: "is done with when it is " },
    },
    {
      file: "shared/decisions/images.ts",
      find: 'return { image, why: excused ? "exempt" : "clean" };',
      replace: 'return { image, why: excused ? "exempt" : "under-the-bar" };',
      test: { file: images, name: "is done with when it is " },
    },
    {
      file: "functions/orchestrators/look-at-registry.ts",
      find: "return followedBy(concludeGone(work), dropping(work, null));",
      replace: "return concludeGone(work);",
      test: { file: look, name: "closes the case of a registry that is gone, with its images" },
    },
  ],
  "nothing twice": [
    {
      file: "shared/decisions/kept-images.ts",
      find: "known && isOpenImage(known) ? known.firstSeen : now;",
      replace: "known && isOpenImage(known) ? now : now;",
      test: { file: kept, name: "keep the time at which they were found while they are found" },
    },
    {
      file: "shared/decisions/image-notices.ts",
      find: "!isOpenImage(kept) && before.has(nameOf(kept))",
      replace: "!isOpenImage(kept)",
      test: { file: notices, name: "is nothing when nothing changed" },
    },
  ],
  "quiet at rest": [
    {
      file: "shared/decisions/registry-needs-look.ts",
      find: "return changed > seen ?",
      replace: "return changed >= seen ?",
      test: {
        file: "test/shared/decisions/registry-needs-look.test.ts",
        name: "is left when nothing differs, in whatever words Azure writes the time",
      },
    },
    {
      file: "functions/orchestrators/look-at-registry.ts",
      find: "if (facts.version === earlier?.version && !untold) return;",
      replace: "",
      test: { file: look, name: "is quiet when nothing changed" },
    },
    {
      file: "functions/activities/images.ts",
      find: "const version = sameImages(before, kept)",
      replace: "const version = sameImages(before, kept) && kept.length < 0",
      test: { file: activity, name: "writes nothing when nothing changed" },
    },
    {
      file: "shared/decisions/judge-registry.ts",
      find: "nextUnknownLook(facts.case, dark.configuration !== null, now);",
      replace: "nextUnknownLook(null, dark.configuration !== null, now);",
      test: { file: judge, name: "waits for missing reports as a cluster does" },
    },
  ],
  "fails closed": [
    {
      file: "shared/decisions/images.ts",
      find: "if (off) return unknown(image, { ...off, now: around.observed.now });",
      replace: "",
      test: { file: images, name: neverClean },
    },
    {
      file: "shared/decisions/images.ts",
      find: "return image.pushedAt === null || hasPassed(image.pushedAt, scannedFor, now);",
      replace: "return image.pushedAt === null && hasPassed(now, scannedFor, now);",
      test: { file: images, name: neverClean },
    },
    {
      file: "shared/decisions/judge-registry.ts",
      find: "if (facts.unknown === 0) return null;",
      replace: "if (facts.unknown < 1_000) return null;",
      test: { file: judge, name: "is unknown while an image is out of sight" },
    },
    {
      file: "shared/decisions/judge-registry.ts",
      find: "if (unjudged) return reasons",
      replace: "if (unjudged && facts.open > 1_000) return reasons",
      test: { file: judge, name: "is unknown, never clean, without a scan, and says why" },
    },
    {
      file: "functions/activities/images.ts",
      find: 'judgement.unjudged ?? (isSilent ? { reason: "not-assessed", why: null } : null);',
      replace: "judgement.unjudged ?? (isSilent ? null : null);",
      test: {
        file: activity,
        name: "does not call a registry clean in which nobody has ever seen",
      },
    },
    {
      file: "shared/azure/image-rows.ts",
      find: 'return word === "notapplicable" ? "not-applicable" : "unhealthy";',
      replace: 'return word === "unhealthy" ? "unhealthy" : "not-applicable";',
      test: { file: rows, name: "with the status " },
    },
    {
      file: "shared/azure/registries.ts",
      find: 'return isGone(error) ? { kind: "gone" } : answerOf(error);',
      replace: 'return isGone(error) || error ? { kind: "gone" } : answerOf(error);',
      test: { file: gateway, name: "is read by itself, and known to be gone only by its own 404" },
    },
    {
      file: "shared/azure/image-rows.ts",
      find: "if (row.isSecret) return secretOf(row);",
      replace: "if (row.isSecret === null) return secretOf(row);",
      test: { file: rows, name: "takes nothing over of a secret but its kind" },
    },
    {
      file: "shared/azure/registry-queries.ts",
      find: "title = iff(isSecret, tostring(properties.metadata.displayName), tostring(properties.displayName))",
      replace: "title = tostring(properties.displayName)",
      test: {
        file: gateway,
        name: "come with secrets, of which nothing is asked for but the kind",
      },
    },
    {
      file: "shared/azure/registry-queries.ts",
      find: "iff(isSecret, dynamic(null), properties.additionalData)",
      replace: "properties.additionalData",
      test: {
        file: gateway,
        name: "come with secrets, of which nothing is asked for but the kind",
      },
    },
    {
      file: "shared/decisions/recipients.ts",
      find: "const named = merged(found.to.map((address) => sorted(address, mail)));",
      replace:
        'const named = merged(found.to.map((address) => sorted(address, { ...mail, ownerDomains: [address.split("@")[1] ?? ""] })));',
      test: {
        file: "test/shared/decisions/recipients.test.ts",
        name: "are the registry's where the policy names nobody who may be mailed",
      },
    },
  ],
  "explains itself": [
    {
      file: "shared/decisions/images.ts",
      find: 'if (one.status === "not-applicable") return isExcuse(one.cause) ? "exempt" : "notAssessed";',
      replace: "",
      test: { file: images, name: "is not " },
    },
    {
      file: "shared/decisions/images.ts",
      find: 'return rule.fixableOnly && !one.fixable ? "unfixable" : "told";',
      replace: 'return rule.fixableOnly && one.fixable ? "told" : "told";',
      test: { file: images, name: "is not " },
    },
    {
      file: "shared/decisions/images.ts",
      find: 'if (one.about === "secret") return "told";',
      replace: "",
      test: { file: images, name: "counts however it is rated" },
    },
    {
      file: "shared/decisions/image-grouping.ts",
      find: "(runningFirst && runsIn.length > 0 ? 1 : 0);",
      replace: "(runningFirst && runsIn.length > 1_000 ? 1 : 0);",
      test: { file: images, name: "comes worst first, and what runs before all else when asked" },
    },
    {
      file: "shared/decisions/repository-owners.ts",
      find: "const rule = rules.find(",
      replace: "const rule = rules.findLast(",
      test: { file: "test/shared/decisions/repository-owners.test.ts", name: "of " },
    },
    {
      file: "shared/email/image-sections.ts",
      find: "const mostInFull = 10;",
      replace: "const mostInFull = 12;",
      test: { file: mail, name: "tells 10 in full and the others in a table" },
    },
    {
      file: "shared/email/image-sections.ts",
      find: "room = Math.max(0, room - part.images.length);",
      replace: "room = Math.max(0, room);",
      test: { file: mail, name: "tells 10 in full, secrets among them" },
    },
  ],
  "small bills": [
    {
      file: "shared/decisions/image-findings.ts",
      find: "if (length > roomInCase) break;",
      replace: "if (length < 0) break;",
      test: { file: kept, name: "what a case itself holds stays small, worst first" },
    },
    {
      file: "functions/activities/housekeeping.ts",
      find: 'if (kind === "registry") await',
      replace: 'if (kind === "cluster") await',
      test: {
        file: "test/functions/activities/changes.test.ts",
        name: "removes cases that were closed long ago with their images, and no open ones",
      },
    },
  ],
};
