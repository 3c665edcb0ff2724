import type { Invariant } from "./mutant.ts";

/** Without outside change no subject runs, no writes, no mails. */
export const quietAtRest: Invariant = {
  name: "quiet at rest",
  mutants: [
    {
      file: "functions/activities/scan.ts",
      find: "await gateways.system.noteSubscriptions(watched, input.at, outside);",
      replace: "await gateways.system.noteSubscriptions(watched, input.at, outside.slice(0, 0));",
      test: {
        file: "test/functions/activities/scan.test.ts",
        name: "expects nothing more of a subscription that it reads out of scope, until it is back",
      },
    },
    {
      file: "functions/activities/housekeeping.ts",
      find: "ago(Math.max(casesDays, alertDays))",
      replace: "ago(casesDays + alertDays * 0)",
      test: {
        file: "test/functions/activities/scan-alerts.test.ts",
        name: "knows an alert for as long as Defender lists it, however short cases are kept",
      },
    },
    {
      file: "shared/decisions/needs-look.ts",
      find: "...(servers && (always || clusters > 0)",
      replace: "...(servers",
      test: {
        file: "test/shared/decisions/needs-look.test.ts",
        name: "is looked at when a plan is missing where something is to be protected",
      },
    },
    {
      file: "shared/events/resource-change.ts",
      find: "const ownWriteDelay = 2;",
      replace: "const ownWriteDelay = 0;",
      test: {
        file: "test/shared/events/grid-events.test.ts",
        name: "looks at what we wrote ourselves two minutes later:",
      },
    },
    {
      file: "shared/events/caller.ts",
      find: "same(principalIn(data), own.principalId) ||",
      replace: "",
      test: {
        file: "test/shared/events/grid-events.test.ts",
        name: "looks at what we wrote ourselves two minutes later:",
      },
    },
    {
      file: "shared/azure/tags.ts",
      find: ".filter(([name, value]) => found[name] !== value),",
      replace: ".filter(([name]) => name !== ''),",
      test: {
        file: "test/shared/azure/tags.test.ts",
        name: "writes only what differs, in the spelling found",
      },
    },
    {
      file: "shared/azure/pricing.ts",
      find: "target.extensions.every((name) => on.has(name.toLowerCase()))",
      replace: "target.extensions.every((name) => on.has(name))",
      test: {
        file: "test/shared/azure/pricing.test.ts",
        name: "asks for nothing more once it is carried out, and switches nothing off",
      },
    },
    {
      file: "shared/decisions/tagging.ts",
      find: "if (goesOn && present !== null && isDay(present)) return present;",
      replace: "",
      test: {
        file: "test/shared/decisions/tagging.test.ts",
        name: "ask for nothing more once they are written, on that day or another",
      },
    },
    {
      file: "shared/decisions/unknown-looks.ts",
      find: ": { unknownLooks: waits.length + 1, lookAgain: null };",
      replace:
        ": { unknownLooks: waits.length + 1, lookAgain: { at: after(now, { hours: 24 }), why } };",
      test: {
        file: "test/shared/decisions/compliance.test.ts",
        name: "are waited for 1, 6 and 24 hours; then they are a finding, and scans are enough",
      },
    },
    {
      file: "shared/decisions/cluster-objections.ts",
      find: "if (waited >= millisecondsOf(lastBusyLook)) return null;",
      replace: "",
      test: {
        file: "test/shared/decisions/addon.test.ts",
        name: "comes to rest on a cluster that stays busy: looks get rarer and end",
      },
    },
    {
      file: "functions/triggers/sweeping.ts",
      find: 'if (!has("scan")) {',
      replace: 'if (!has("scan") || rows.length > 0) {',
      test: {
        file: "test/functions/triggers/sweep.test.ts",
        name: "does not touch the daily rows that are there",
      },
    },
    {
      file: "shared/decisions/needs-look.ts",
      find: 'if (known.stage !== stage) return "the stage has changed";',
      replace: 'if (known.stage !== stage || known.openedAt) return "the stage has changed";',
      test: {
        file: "test/shared/decisions/needs-look.test.ts",
        name: "a scan after a look finds nothing to look at",
      },
    },
    {
      file: "functions/orchestrators/conclude.ts",
      find: 'if (before?.kind === "leave" && before.reason === decision.reason) return [];',
      replace: "",
      test: {
        file: "test/functions/orchestrators/at-rest.test.ts",
        name: "writes nothing into the ledger and tells nobody when a second look finds the same",
      },
    },
    {
      file: "functions/orchestrators/change.ts",
      find: "const same = line && earlier?.code === code",
      replace: "const same = line && earlier && earlier.code !== code",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "adds no line to the ledger when Azure says the same no again",
      },
    },
    {
      file: "shared/decisions/relevance.ts",
      find: "isOpenImage(kept) && !kept.unknown && foundKey",
      replace: "isOpenImage(kept) && foundKey",
      test: {
        file: "test/shared/decisions/image-notices.test.ts",
        name: "repeat nothing of images of which Defender shows nothing now",
      },
    },
    {
      file: "shared/decisions/relevance.ts",
      find: ": !hasPassed(notice.createdAt, youngFor, now);",
      replace: ": notice.createdAt <= now;",
      test: {
        file: "test/shared/decisions/digest.test.ts",
        name: "that is in no case is told while its look may be under way, and not when it is long over",
      },
    },
    {
      file: "shared/decisions/relevance.ts",
      find: ": isTheirs(own) && findingOf(notice)?.resolvedAt === null;",
      replace: ": findingOf(notice)?.resolvedAt === null;",
      test: {
        file: "test/functions/activities/told-once.test.ts",
        name: "reminds those who own it now, and no longer those who did",
      },
    },
    {
      file: "functions/activities/compose.ts",
      find: "(notice) => notice.sentAt !== null || isAboutImages(notice)",
      replace: "isAboutImages",
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "reminds of nothing before a look, when others own it by now",
      },
    },
    {
      file: "functions/activities/compose.ts",
      find: 'if (!watched.has(subscriptionOf(notice))) return "waiting";',
      replace: 'if (watched.has("")) return "waiting";',
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "tells and reminds of nothing that the policy leaves out since, until it is watched again",
      },
    },
    {
      file: "functions/activities/compose.ts",
      find: "notice.sentAt !== null && isUnseen(subscriptionOf(notice))",
      replace: 'notice.sentAt !== null && isUnseen("") && notice.title === ""',
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "reminds of nothing where the last scan found no subscription, and looks whether it is gone",
      },
    },
    {
      file: "shared/azure/estate.ts",
      find: "if (next !== null || !noneReadable.includes(code)) throw error;",
      replace: "if (!noneReadable.includes(code)) throw error;",
      test: {
        file: "test/shared/azure/estate.test.ts",
        name: "does not end in the middle, when the right to read is taken away meanwhile",
      },
    },
  ],
};
