import type { Invariant } from "./mutant.ts";

/** No judgement without the facts it needs. */
export const failsClosed: Invariant = {
  name: "fails closed",
  mutants: [
    {
      file: "shared/decisions/addon.ts",
      find: ': [unreadable("what is assigned by Azure Policy", facts.assignments.why)]),',
      replace: ": []),",
      test: {
        file: "test/shared/decisions/fails-closed.test.ts",
        name: "leaves the add-on where one fact is hidden:",
      },
    },
    {
      file: "shared/decisions/addon.ts",
      find: "if (dark.length === 0) return null;",
      replace: "if (dark.length < 1_000) return null;",
      test: { file: "test/shared/decisions/addon.test.ts", name: "effect " },
    },
    {
      file: "shared/decisions/plan-objections.ts",
      find: "if (perMonth === null) {",
      replace: "if (perMonth === null) {\n    return null;",
      test: {
        file: "test/shared/decisions/plans.test.ts",
        name: "holds back what cannot be estimated, however high it is",
      },
    },
    {
      file: "shared/decisions/compliance.ts",
      find: 'return violations.length === 0 && compliant === 0 ? "Azure Policy has no report on it" : null;',
      replace: "return violations.length === 0 && compliant === 0 ? null : null;",
      test: {
        file: "test/shared/decisions/compliance.test.ts",
        name: "is never compliant without a row that says so in both layers",
      },
    },
    {
      file: "shared/azure/policy-objects.ts",
      find: 'isHarmless(effect) ? otherwise : "unknown"',
      replace: "otherwise",
      test: { file: "test/shared/azure/policy-objects.test.ts", name: "is " },
    },
    {
      file: "shared/azure/policy-objects.ts",
      find: '?.layer ?? "in-cluster";',
      replace: '?.layer ?? "resource";',
      test: {
        file: "test/shared/azure/policy-objects.test.ts",
        name: "is told by its mode, then by what is known, and taken for the worse",
      },
    },
    {
      file: "functions/triggers/http/auth.ts",
      find: "if (!settings.websiteAuthEnabled) {",
      replace: 'if (!settings.websiteAuthEnabled && request.method === "OPTIONS") {',
      test: {
        file: "test/functions/triggers/http/access.test.ts",
        name: "is nobody while authentication is off:",
      },
    },
    {
      file: "functions/activities/guard.ts",
      find: "live.stage === under.stage && !live.stopped;",
      replace: "live.stage === under.stage;",
      test: {
        file: "test/functions/activities/in-force.test.ts",
        name: "writes only while what was decided under still rules",
      },
    },
    {
      file: "shared/azure/http-client.ts",
      find: "if (rules.readOnly && guarded && !isRead(request.method, request.url)) {",
      replace: "if (rules.readOnly && !guarded && !isRead(request.method, request.url)) {",
      test: {
        file: "test/shared/azure/http-client.test.ts",
        name: "makes a refusal of every write of the gateways",
      },
    },
    {
      file: "shared/settings.ts",
      find: 'if (read.GUARDRAIL_CREDENTIAL === "local" && !read.GUARDRAIL_LOCAL_ROUTES) {',
      replace: 'if (read.GUARDRAIL_CREDENTIAL === "local" && read.GUARDRAIL_STAGE === "off") {',
      test: {
        file: "test/shared/settings.test.ts",
        name: "sends requests elsewhere only on this machine, and gives no fake token to Azure",
      },
    },
    {
      file: "functions/start-up.ts",
      find: "const missing = mailMistakes(whole, settings.settings.stage);",
      replace: 'const missing = mailMistakes(whole, "off");',
      test: {
        file: "test/functions/start-up.test.ts",
        name: "does not start a stage that mails owners without what their mails need",
      },
    },
    {
      file: "shared/policy.ts",
      find: "return mistakes.length > 0\n    ? {",
      replace: "return mistakes.length > 1_000\n    ? {",
      test: { file: "test/shared/policy.test.ts", name: "refuses what contradicts itself" },
    },
    {
      file: "functions/triggers/mistakes.ts",
      find: "status: 503,",
      replace: "status: 200,",
      test: {
        file: "test/functions/triggers/http/health.test.ts",
        name: "registers nothing but what tells of it",
      },
    },
  ],
};
