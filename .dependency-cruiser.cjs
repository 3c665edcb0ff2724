/** Dependencies point one way: a rule for each layer, and what it must never see. */
const own = (...folders) => `^(${folders.join("|")})`;

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: {
        orphan: true,
        pathNot: ["\\.d\\.ts$", "^test/.*\\.test\\.ts$", "^local/host/main\\.ts$"],
      },
      to: {},
    },
    {
      name: "nothing-unresolved",
      comment: "What the bench puts in front of a built app resolves there, not here.",
      severity: "error",
      from: { pathNot: "^bench/.*\\.cjs$" },
      to: { couldNotResolve: true },
    },
    {
      name: "domain-sees-itself",
      comment: "One exception: key.ts hashes with node:crypto.",
      severity: "error",
      from: { path: own("shared/domain/") },
      to: { pathNot: [own("shared/domain/"), "^(node:)?crypto$"] },
    },
    {
      name: "pure-code-sees-the-domain",
      severity: "error",
      from: { path: own("shared/decisions/", "shared/events/", "shared/email/") },
      to: {
        pathNot: [
          own("shared/domain/", "shared/decisions/", "shared/events/", "shared/email/"),
          "node_modules/zod/",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "pure-code-knows-only-the-ports-of-azure",
      severity: "error",
      from: { path: own("shared/decisions/", "shared/events/", "shared/email/") },
      to: {
        path: own("shared/azure/", "functions/", "local/"),
        pathNot: "^shared/azure/(table-)?ports\\.ts$",
      },
    },
    {
      name: "azure-knows-no-judgement",
      severity: "error",
      from: { path: own("shared/azure/") },
      to: {
        path: own("shared/decisions/", "shared/events/", "shared/durable/", "functions/", "local/"),
      },
    },
    {
      name: "durable-sees-no-azure",
      severity: "error",
      from: { path: own("shared/durable/") },
      to: {
        path: [own("shared/azure/", "functions/", "local/"), "node_modules/@azure/(?!functions)"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "orchestrators-see-types-of-activities",
      severity: "error",
      from: { path: own("functions/orchestrators/") },
      to: {
        path: [
          own("shared/azure/", "functions/activities/", "functions/triggers/", "local/"),
          "node_modules/@azure/(?!functions)",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "orchestrators-are-replayed",
      severity: "error",
      from: { path: own("functions/orchestrators/") },
      to: { dependencyTypes: ["core"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "activities-see-no-sdk",
      severity: "error",
      from: { path: own("functions/activities/") },
      to: {
        path: [
          own("shared/azure/", "functions/triggers/", "functions/orchestrators/", "local/"),
          "node_modules/@azure/(?!functions)",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "triggers-see-no-azure",
      severity: "error",
      from: { path: own("functions/triggers/") },
      to: {
        path: [
          own("shared/azure/", "functions/activities/", "functions/orchestrators/", "local/"),
          "node_modules/@azure/(?!functions)",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "the-app-is-deployed-without-local",
      severity: "error",
      from: { path: own("functions/", "shared/") },
      to: { path: own("local/", "test/", "bench/") },
    },
    {
      name: "host-knows-nothing-of-guardrails",
      severity: "error",
      from: { path: own("local/host/") },
      to: { path: own("functions/", "shared/", "local/azure/", "test/") },
    },
    {
      name: "simulated-azure-knows-nothing-of-the-app",
      severity: "error",
      from: { path: own("local/azure/") },
      to: { path: own("functions/", "shared/", "local/host/", "test/") },
    },
    {
      name: "deployed-code-uses-no-dev-dependency",
      severity: "error",
      from: { path: own("functions/", "shared/") },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
