import type { Invariant } from "./mutant.ts";

/** One effect per decision, one mail per set of notices. */
export const nothingTwice: Invariant = {
  name: "nothing twice",
  mutants: [
    {
      file: "functions/activities/delivery.ts",
      find: "attempts: digest.attempts + 1",
      replace: "attempts: digest.attempts",
      test: {
        file: "test/functions/activities/delivery.test.ts",
        name: "asks what became of a mail whose answer was lost, and does not send it again",
      },
    },
    {
      file: "shared/azure/mail.ts",
      find: "          operationId,\n",
      replace: "",
      test: {
        file: "test/shared/azure/mail.test.ts",
        name: "sends once under its id, without a look at what became of it",
      },
    },
    {
      file: "shared/azure/digests.ts",
      find: "if (await table.insert(rowOf(owners, digest))) return digest;",
      replace: "await table.put(rowOf(owners, digest));",
      test: { file: "test/shared/azure/state.test.ts", name: "stay as they were frozen first" },
    },
    {
      file: "shared/azure/notices.ts",
      find: "before.sentAt && !isTheSame",
      replace: "before.sentAt",
      test: {
        file: "test/functions/activities/told-once.test.ts",
        name: "tells new owners once what was moved to them before it was sent",
      },
    },
    {
      file: "shared/azure/notices.ts",
      find: "return notice.createdAt > before.sentAt && !isTheSame ? notice : null;",
      replace: "return notice;",
      test: {
        file: "test/shared/azure/state.test.ts",
        name: "are told once, and anew only when the thing came back",
      },
    },
    {
      file: "shared/azure/limits.ts",
      find: 'if (counts.some(({ entries }) => key in entries)) return { kind: "reserved" };',
      replace: "",
      test: {
        file: "test/shared/azure/limits.test.ts",
        name: "a repeat of the last reservation that fits still fits",
      },
    },
    {
      file: "shared/azure/alerts.ts",
      find: '((await table.insert(rowOf(alert))) ? "new" : "seen")',
      replace: '((await table.insert(rowOf(alert))) ? "new" : "new")',
      test: {
        file: "test/shared/azure/state.test.ts",
        name: "are new once, and move with their subject",
      },
    },
    {
      file: "shared/azure/clusters.ts",
      find: "if (change.isMade(cluster)) {",
      replace: "if (change.isMade(cluster) && !cluster.name) {",
      test: {
        file: "test/shared/azure/clusters.test.ts",
        name: "writes once, though the answer was lost",
      },
    },
    {
      file: "shared/azure/defender-plans.ts",
      find: "if (meets(before, target)) {",
      replace: "if (meets(before, target) && !target.name) {",
      test: {
        file: "test/shared/azure/defender-plans.test.ts",
        name: "brings the extensions of the baseline and no other",
      },
    },
    {
      file: "shared/decisions/notices.ts",
      find: "new Set((value?.findings ?? []).filter(isOpenFinding)",
      replace: "new Set((value?.findings.slice(0, 0) ?? []).filter(isOpenFinding)",
      test: {
        file: "test/shared/decisions/notices.test.ts",
        name: "of a finding that is new, and not again",
      },
    },
    {
      file: "shared/decisions/digest.ts",
      find: "const waiting = notices.filter((notice) => !toldKeys.has(nameOf(notice)));",
      replace: "const waiting = notices.filter((notice) => toldKeys.has(notice.title) || true);",
      test: {
        file: "test/shared/decisions/digest.test.ts",
        name: "nothing is told twice, and nothing that still holds is lost",
      },
    },
    {
      file: "shared/decisions/taken-back.ts",
      find: "if (isThere) return { ...write, at: seen.now };",
      replace: "if (isThere) return write;",
      test: {
        file: "test/shared/decisions/taken-back.test.ts",
        name: "counts anew what others set again and took back once more",
      },
    },
    {
      file: "shared/decisions/taken-back.ts",
      find: 'return takenBack === 1 ? after(takenBackAt, { days: truceDays }) : "allowed by an operator";',
      replace: "return after(takenBackAt, { days: truceDays });",
      test: {
        file: "test/shared/decisions/taken-back.test.ts",
        name: "never fights: between two writes that are taken back lie 7 days, and no third without a word",
      },
    },
    {
      file: "functions/orchestrators/work.ts",
      find: 'const announce = goOnIf("written", steps',
      replace: 'const announce = goOnIf("conflict", steps',
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "makes no change when the case was written since it was taken",
      },
    },
    {
      file: "functions/activities/compose.ts",
      find: "if (isNext) return frozen;",
      replace: "if (isNext) inForce.stage;",
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "lets an urgent alert wait for no digest, and tells nothing twice for that",
      },
    },
    {
      file: "shared/decisions/digest.ts",
      find: 'if (facts.digests.some(({ status }) => status === "sending")) return waitFor(pauses);',
      replace: "",
      test: { file: "test/shared/decisions/digest.test.ts", name: "is one at a time" },
    },
    {
      file: "functions/activities/notices.ts",
      find: "return !row ||",
      replace: 'return !row || row.createdAt !== "" ||',
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "does not tell again what a dead run told before it could record",
      },
    },
    {
      file: "shared/azure/limits.ts",
      find: '["update", row, "Replace", { etag }]',
      replace: '["update", row, "Replace", { etag: "*" }]',
      test: {
        file: "test/shared/azure/state.test.ts",
        name: "are not passed by many runs at once, in two processes",
      },
    },
  ],
};
