import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SettingsSchema } from "../../shared/settings.ts";

/** Read by the platform, the host or its extensions, not by our code. */
const platform = [
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "AzureWebJobsStorage__clientId",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__queueServiceUri",
  "DefenderEvents__clientId",
  "DefenderEvents__credential",
  "DefenderEvents__fullyQualifiedNamespace",
  "FUNCTIONS_WORKER_RUNTIME",
];

/** Named in bindings and in host.json. */
const bound = ["DEFENDER_EVENTS_HUB", "DefenderEvents"];

/** Set by the platform, for a laptop only, or right as they are by default. */
const notDeployed = [
  "AzureWebJobsStorage",
  "AzureWebJobsStorage__accountName",
  "DefenderEvents",
  "GUARDRAIL_LOCAL_ROUTES",
  "GUARDRAIL_POLICY",
  "GUARDRAIL_READ_ONLY",
  "GUARDRAIL_TIMEOUT",
  "WEBSITE_AUTH_ENABLED",
];

/** Only where storage is reached by identity, or set by the platform. */
const notLocal = [
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__tableServiceUri",
  "WEBSITE_AUTH_ENABLED",
];

const read = [...Object.keys(SettingsSchema.shape), ...bound];
const bicep = readFileSync("infra/app/function-app.bicep", "utf8");
const block = /name: 'appsettings'\s+properties: \{([\s\S]*?)\n {4}\}/.exec(bicep)?.[1] ?? "";
const deployed = [...block.matchAll(/^ {6}(\w+):/gm)].map((match) => match[1] ?? "");
const local = Object.keys(JSON.parse(readFileSync("local.settings.sample.json", "utf8")).Values);
const without = (names: readonly string[], ...lists: readonly (readonly string[])[]) =>
  names.filter((name) => !lists.some((list) => list.includes(name))).sort();

describe("settings", () => {
  it("are all set by the deployment, and nothing else is", () => {
    expect(deployed.length).toBeGreaterThan(15);
    expect(without(read, notDeployed, deployed)).toEqual([]);
    expect(without(deployed, platform, read)).toEqual([]);
  });

  it("are all in the sample for a laptop, and nothing else is", () => {
    expect(without(read, notLocal, local)).toEqual([]);
    expect(without(local, platform, read)).toEqual([]);
  });

  it("are read nowhere but in the composition", () => {
    const files = globSync("{functions,shared}/**/*.ts").filter(
      (file) => file.replaceAll("\\", "/") !== "functions/index.ts",
    );
    expect(files.filter((file) => readFileSync(file, "utf8").includes("process.env"))).toEqual([]);
  });
});
