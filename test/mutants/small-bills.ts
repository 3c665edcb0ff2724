import type { Invariant } from "./mutant.ts";

/** Reads by the page, writes only on difference, nothing per compliant cluster in a scan. */
export const smallBills: Invariant = {
  name: "small bills",
  mutants: [
    {
      file: "functions/orchestrators/change.ts",
      find: "if (reservation && isUnmade(started)) {",
      replace: "if (reservation && !started) {",
      test: {
        file: "test/functions/orchestrators/guard-subscription.test.ts",
        name: "keeps room for what may have come on in part, and gives it back for what Azure refused",
      },
    },
    {
      file: "shared/azure/graph.ts",
      find: "const pageSize = 1000;",
      replace: "const pageSize = 100;",
      test: { file: "test/shared/azure/estate.test.ts", name: "is read by the page" },
    },
    {
      file: "shared/durable/case-of-run.ts",
      find: "export function worthRecording(before: Case | null, after: Case): boolean {\n",
      replace:
        "export function worthRecording(before: Case | null, after: Case): boolean {\n  if (after.id) return true;\n",
      test: {
        file: "test/shared/durable/case-of-run.test.ts",
        name: "makes no case of a compliant subject that never had one",
      },
    },
    {
      file: "functions/triggers/sweeping.ts",
      find: "const maxPerSubscription = 64;",
      replace: "const maxPerSubscription = 2_000;",
      test: {
        file: "test/functions/triggers/sweep.test.ts",
        name: "starts a bounded number in one subscription, and the rest in the next minutes",
      },
    },
    {
      file: "shared/decisions/sweep.ts",
      find: "Math.floor((place * 60) / most)",
      replace: "Math.floor((place * 0) / most)",
      test: {
        file: "test/shared/decisions/sweep.test.ts",
        name: "lets looks begin one after the other within the minute, in a subscription and in all",
      },
    },
    {
      file: "shared/azure/remember.ts",
      find: "return found ? (found.answer as Promise<T>) : renew(key, ask);",
      replace: "return found && !key ? (found.answer as Promise<T>) : renew(key, ask);",
      test: {
        file: "test/shared/azure/shared-reads.test.ts",
        name: "asks once what all looks in a subscription want to know of it",
      },
    },
    {
      file: "functions/triggers/intake.ts",
      find: "const mostParts = 20;",
      replace: "const mostParts = 20_000;",
      test: {
        file: "test/functions/triggers/events.test.ts",
        name: "is kept whole when too much of it is broken to keep it in parts",
      },
    },
    {
      file: "functions/triggers/http/operator-function.ts",
      find: "const longestBody = 64 * 1024;",
      replace: "const longestBody = 64 * 1024 * 1024;",
      test: { file: "test/functions/triggers/http/access.test.ts", name: "is bounded" },
    },
    {
      file: "shared/azure/system.ts",
      find: "if (Math.abs(time - (noted.get(feed) ?? Number.NEGATIVE_INFINITY)) < minute) return;",
      replace: "",
      test: {
        file: "test/shared/azure/feeds.test.ts",
        name: "a burst of events notes its feed once a minute",
      },
    },
    {
      file: "shared/azure/policy-layers.ts",
      find: "?.layer ?? known.get(canonicalId(id));",
      replace: "?.layer;",
      test: {
        file: "test/shared/azure/policy-layers.test.ts",
        name: "asks once for each definition, and never for a built-in one",
      },
    },
    {
      file: "functions/activities/scan.ts",
      find: "const cases = await gateways.cases.findMany(subjects);\n    const bySubject = new Map(cases.map((one) => [one.subject, one]));\n    const due = rows.filter((row: EstateCluster) => {",
      replace:
        "const cases = (await Promise.all(subjects.map((one) => gateways.cases.findMany([one])))).flat();\n    const bySubject = new Map(cases.map((one) => [one.subject, one]));\n    const due = rows.filter((row: EstateCluster) => {",
      test: {
        file: "test/functions/activities/scan-clusters.test.ts",
        name: "reads the cases of a page at once, and writes nothing for compliant clusters",
      },
    },
    {
      file: "functions/activities/scan.ts",
      find: "const due = rows.filter((row: EstateCluster) => {\n",
      replace:
        "const due = rows.filter((row: EstateCluster) => {\n      if (row.id) return true;\n",
      test: {
        file: "test/functions/activities/scan-clusters.test.ts",
        name: "reads the cases of a page at once, and writes nothing for compliant clusters",
      },
    },
    {
      file: "shared/durable/steps.ts",
      find: "yield context.df.callActivityWithRetry(how, retry, several)",
      replace:
        "yield context.df.Task.all(calls.map((call) => context.df.callActivityWithRetry(call.name, retry, call.input)))",
      test: {
        file: "test/shared/durable/steps.test.ts",
        name: "runs steps at the same time within one activity and keeps their order",
      },
    },
    {
      file: "shared/durable/patience.ts",
      find: "Math.max(asked, Math.min(60 * 4 ** poll, 240))",
      replace: "Math.max(asked, Math.min(1 + poll * 0, 60))",
      test: {
        file: "test/shared/durable/poll-pause.test.ts",
        name: "polls as rarely as Azure asks for, and more rarely the longer it takes",
      },
    },
    {
      file: "functions/orchestrators/scan-estate.ts",
      find: "const pagesPerExecution = 12;",
      replace: "const pagesPerExecution = 2_000;",
      test: {
        file: "test/functions/orchestrators/scan-estate.test.ts",
        name: "lets Resource Graph rest after 12 pages, goes on anew, and settles the row that it took first",
      },
    },
  ],
};
