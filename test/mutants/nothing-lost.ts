import type { Invariant } from "./mutant.ts";

/** Any sequence of events, crashes and restarts ends with every subject judged on its latest state. */
export const nothingLost: Invariant = {
  name: "nothing lost",
  mutants: [
    {
      file: "functions/activities/delivery.ts",
      find: "digest.sentAt ?? digest.frozenAt;",
      replace: "digest.frozenAt;",
      test: {
        file: "test/functions/activities/delivery.test.ts",
        name: "lets a mail that the service does not take keep no other back, and ends it after a day",
      },
    },
    {
      file: "shared/decisions/carried.ts",
      find: 'digest.status !== "stale" && holds(digest, notice)',
      replace: "holds(digest, notice)",
      test: {
        file: "test/shared/decisions/digest.test.ts",
        name: "that waited too long to be sent is made anew",
      },
    },
    {
      file: "functions/activities/compose.ts",
      find: "({ subject, gone }) => !gone && wanted.has(subject)",
      replace: "({ subject }) => wanted.has(subject)",
      test: {
        file: "test/functions/activities/compose.test.ts",
        name: "tells of everything else once a registry is gone with its images",
      },
    },
    {
      file: "shared/azure/agenda.ts",
      find: "await table.remove(keys.partitionKey, keys.rowKey, row.etag)",
      replace: "await table.remove(keys.partitionKey, keys.rowKey)",
      test: {
        file: "test/shared/durable/agenda.test.ts",
        name: "looks once more when it is marked while it looks, and only once",
      },
    },
    {
      file: "shared/domain/agenda-row.ts",
      find: "at: row ? earliest(row.at, at) : at, by",
      replace: "at, by",
      test: {
        file: "test/shared/durable/agenda.test.ts",
        name: "lets no stream of marks keep a subject from its look",
      },
    },
    {
      file: "shared/domain/agenda-row.ts",
      find: "const [at] = [next, waiting.notBefore]",
      replace: "const [at] = [next]",
      test: {
        file: "test/shared/durable/agenda.test.ts",
        name: "looks at what Azure shows later, however early another mark is due",
      },
    },
    {
      file: "shared/durable/agenda.ts",
      find: 'if (settled.kind === "marked-again") {',
      replace: 'if (settled.kind === "absent") {',
      test: {
        file: "test/functions/orchestrators/run.test.ts",
        name: "starts over with its input alone when the subject was marked meanwhile",
      },
    },
    {
      file: "shared/azure/cases.ts",
      find: "(await table.replace(row, etag))",
      replace: '(await table.replace(row, "*"))',
      test: {
        file: "test/shared/durable/older-runs.test.ts",
        name: "an older run never overwrites what a newer one recorded",
      },
    },
    {
      file: "shared/durable/agenda.ts",
      find: "return ours ? {",
      replace: "return found ? {",
      test: {
        file: "test/shared/durable/older-runs.test.ts",
        name: "a run whose case was written by a newer one does not settle",
      },
    },
    {
      file: "shared/azure/defender-plans.ts",
      find: "memory.forget(keyOf(subscriptionId));",
      replace: "memory.forget(name);",
      test: {
        file: "test/shared/azure/shared-reads.test.ts",
        name: "shows a plan that was just switched on, to looks that remember it as off",
      },
    },
    {
      file: "shared/decisions/sweep.ts",
      find: "return stuckStep(lastUpdated, now);",
      replace: 'return "wait";',
      test: {
        file: "test/functions/triggers/sweep.test.ts",
        name: "ends what has been untouched for two hours, and gets it started again",
      },
    },
    {
      file: "shared/decisions/sweep.ts",
      find: "endedByDeployment(output) || hasPassed(lastUpdated, failedRest, now)",
      replace: "endedByDeployment(output)",
      test: { file: "test/functions/triggers/sweep.test.ts", name: "starts what is due and has" },
    },
    {
      file: "functions/triggers/intake.ts",
      find: "if (isStorageOutage(error)) throw error;",
      replace: "",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "makes the delivery come again:",
      },
    },
    {
      file: "functions/triggers/intake.ts",
      find: "const faults = [...poison, ...unstored, ...unmarked]",
      replace: "const faults = [...unstored, ...unmarked]",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "is kept with its reason and body, and hurts no neighbour",
      },
    },
    {
      file: "functions/triggers/event-triggers.ts",
      find: "maxRetryCount: -1",
      replace: "maxRetryCount: 5",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "come with a retry policy without end where a throw alone would lose them",
      },
    },
    {
      file: "functions/triggers/http/quarantine.ts",
      find: "if (taken.faults.length > 0) {",
      replace: "if (taken.faults.length > 1_000) {",
      test: {
        file: "test/functions/triggers/http/operators.test.ts",
        name: "keeps what still cannot be read, and says why",
      },
    },
    {
      file: "functions/triggers/watch.ts",
      find: "if (!swept || now.getTime() - Date.parse(swept) > stale) await sweepAgenda(deps, runs);",
      replace: "if (!swept) await sweepAgenda(deps, runs);",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "are noted at most once a minute, and a stopped timer is made up for",
      },
    },
    {
      file: "functions/orchestrators/run.ts",
      find: '{ kind: "settle", next, outcome: `fault:',
      replace: '{ kind: "settle", next: next && null, outcome: `fault:',
      test: {
        file: "test/functions/orchestrators/run.test.ts",
        name: "writes a fault into the case and looks again later",
      },
    },
    {
      file: "functions/orchestrators/watched.ts",
      find: "const last = [steps.forgetAlerts({ subject, told })];",
      replace: "const last = [] as const;",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "leaves a cluster out of scope alone, and keeps of its alerts only what was told",
      },
    },
    {
      file: "functions/activities/scan.ts",
      find: "await agenda.mark({ subject, kind, at: after(now(), { minutes: 2 }) });",
      replace: "",
      test: {
        file: "test/functions/activities/scan-alerts.test.ts",
        name: "asks for the look before it keeps the alert, so that a crash in between loses nothing",
      },
    },
    {
      file: "shared/decisions/late-alerts.ts",
      find: "return missedByContact.length > 0 ?",
      replace: "return missedByContact.length > 999 ?",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "tells the security contact alone, once it can be read, of an alert that it missed",
      },
    },
    {
      file: "functions/orchestrators/conclude.ts",
      find: 'goOnIf("written", steps.record({ subject, case: after, etag }));',
      replace: "steps.record({ subject, case: after, etag });",
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "ends unsettled when a newer run has recorded the case",
      },
    },
    {
      file: "functions/activities/several.ts",
      find: "if (isFault(answer) ||",
      replace: "if (",
      test: {
        file: "test/shared/durable/steps.test.ts",
        name: "goes on in order after a fault once that has passed, and repeats nothing before it",
      },
    },
    {
      file: "functions/orchestrators/adopt.ts",
      find: '(kind === "change" &&',
      replace: '(kind === "operator" &&',
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "remembers and tells a change, without a second line, though the next one ",
      },
    },
    {
      file: "functions/orchestrators/adopt.ts",
      find: 'reason.startsWith("busy:")',
      replace: 'reason === "busy:"',
      test: {
        file: "test/functions/orchestrators/guard-cluster.test.ts",
        name: "knows a change as its own that Azure carried out after we ceased to wait",
      },
    },
    {
      file: "functions/triggers/intake.ts",
      find: "const unstored = await inParallel(",
      replace:
        "for (const mark of marks) await put(deps, mark, deps.now().toISOString());\n  const unstored = await inParallel(",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "stores the alert before it marks",
      },
    },
    {
      file: "shared/azure/notices.ts",
      find: "(notice.sentAt !== null && notice.sentAt >= at)",
      replace: "notice.sentAt !== null",
      test: {
        file: "test/functions/activities/told-once.test.ts",
        name: "reminds as long as it is open, however long that is, and then says that it is fixed",
      },
    },
  ],
};
