import type { Invariant } from "./mutant.ts";

/** Nothing that we did not set is ever changed. */
export const onlyOurKeys: Invariant = {
  name: "only our keys",
  mutants: [
    {
      file: "shared/azure/tags.ts",
      find: "operations.updateAtScope(withoutSlash(id), parameters, {",
      replace:
        'operations.updateAtScope(withoutSlash(id), { ...parameters, operation: "Replace" }, {',
      test: { file: "test/shared/azure/tags.test.ts", name: "sets exactly these keys, once" },
    },
    {
      file: "shared/azure/tags.ts",
      find: "spelling.get(name.toLowerCase()) ?? name",
      replace: "name",
      test: {
        file: "test/shared/azure/tags.test.ts",
        name: "writes only what differs, in the spelling found",
      },
    },
    {
      file: "shared/azure/tags.ts",
      find: ".filter(([name]) => unwanted.has(name.toLowerCase())),",
      replace: ".filter(([name]) => unwanted.size > 0 || name === ''),",
      test: { file: "test/shared/azure/tags.test.ts", name: "takes exactly these keys away" },
    },
    {
      file: "shared/azure/clusters.ts",
      find: "addonProfiles: { ...profiles, [key]: profile }",
      replace: "addonProfiles: { [key]: profile }",
      test: {
        file: "test/shared/azure/clusters.test.ts",
        name: "changes only that, and leaves out what is read-only",
      },
    },
    {
      file: "shared/azure/clusters.ts",
      find: 'key.toLowerCase() === "azurepolicy") ?? "azurepolicy"',
      replace: 'key === "azurepolicy") ?? "azurepolicy"',
      test: {
        file: "test/shared/azure/clusters.test.ts",
        name: "changes only that, and leaves out what is read-only",
      },
    },
    {
      file: "shared/azure/clusters.ts",
      find: "securityProfile: { ...profile, defender: wanted }",
      replace: "securityProfile: { defender: wanted }",
      test: {
        file: "test/shared/azure/clusters.test.ts",
        name: "sets workspace and switch, and nothing else of the profile",
      },
    },
    {
      file: "shared/azure/read-only-properties.ts",
      find: '  "properties.addonProfiles.*.identity",\n',
      replace: '  "properties.addonProfiles.*.config",\n',
      test: {
        file: "test/shared/azure/read-only-properties.test.ts",
        name: "lists exactly what the official description marks read-only",
      },
    },
    {
      file: "shared/azure/read-only-properties.ts",
      find: "if (deeper.length === 0) {",
      replace: "if (deeper.length <= 1) {",
      test: {
        file: "test/shared/azure/read-only-properties.test.ts",
        name: "takes read-only values out of lists and maps, and leaves everything else",
      },
    },
    {
      file: "shared/azure/pricing.ts",
      find: "const enabled = wanted.has(key) || (on && found?.isEnabled === true);",
      replace: "const enabled = wanted.has(key);",
      test: {
        file: "test/shared/azure/pricing.test.ts",
        name: "keeps what is on, its settings and its sub-plan",
      },
    },
    {
      file: "shared/azure/pricing.ts",
      find: "return raised ? target.subPlan : current;",
      replace: "return raised ? target.subPlan : (target.subPlan ?? current);",
      test: {
        file: "test/shared/azure/sub-plan.test.ts",
        name: "never lowers or moves a sub-plan that is in use",
      },
    },
    {
      file: "shared/decisions/tagging.ts",
      find: "const tags = { [ownTags.verdict]: verdict,",
      replace: 'const tags = { owner: "guardrail", [ownTags.verdict]: verdict,',
      test: {
        file: "test/shared/decisions/tagging.test.ts",
        name: "only ever touch our own two keys",
      },
    },
    {
      file: "shared/azure/clusters.ts",
      find: 'headers: cluster.etag === null ? {} : { "if-match": cluster.etag },',
      replace: "headers: {},",
      test: {
        file: "test/shared/azure/guarded-write.test.ts",
        name: "never writes over what somebody else wrote between reading and writing",
      },
    },
  ],
};
