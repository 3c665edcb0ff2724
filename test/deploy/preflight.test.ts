import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { folderOfTest } from "../support/test-folder.ts";
import { type Answers, startArm } from "./arm-server.ts";
import { makeTools } from "./command-line-tools.ts";
import { runScript } from "./run-script.ts";

const hub = "11111111-1111-4111-8111-111111111111";
const environment = {
  AZURE_ENV_NAME: "guardrail",
  AZURE_LOCATION: "westeurope",
  AZURE_SUBSCRIPTION_ID: hub,
  GUARDRAIL_OPERATORS: "ops@contoso.com",
  GUARDRAIL_SCOPE: "hub",
};
const signedIn = {
  "az version": {},
  "az account show": { out: "deployer@contoso.com" },
};

const geoRegions = `/subscriptions/${hub}/providers/Microsoft.Web/geoRegions`;

const registered = (namespace: string) => ({
  [`/subscriptions/${hub}/providers/${namespace}`]: { namespace, registrationState: "Registered" },
});

const good: Answers = {
  [`/subscriptions/${hub}/providers/Microsoft.Authorization/permissions`]: {
    value: [{ actions: ["*"], notActions: [] }],
  },
  ...registered("Microsoft.Web"),
  ...registered("Microsoft.Storage"),
  ...registered("Microsoft.EventHub"),
  ...registered("Microsoft.EventGrid"),
  ...registered("Microsoft.Communication"),
  ...registered("Microsoft.Insights"),
  ...registered("Microsoft.OperationalInsights"),
  ...registered("Microsoft.ManagedIdentity"),
  ...registered("Microsoft.Security"),
  ...registered("Microsoft.PolicyInsights"),
  ...registered("Microsoft.ContainerService"),
  [geoRegions]: {
    value: [{ name: "West Europe" }, { name: "North Europe" }],
  },
  [`/subscriptions/${hub}/providers/Microsoft.EventGrid/systemTopics`]: { value: [] },
  [`/subscriptions/${hub}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`]: {
    contentEvaluationResult: { policyEvaluations: [] },
  },
  "/providers/Microsoft.ResourceGraph/resources": {
    totalRecords: 34,
    data: [{ owner: "a@contoso.com" }],
  },
};

const portalTopic = `/subscriptions/${hub}/resourceGroups/Default-EventGrid/providers/Microsoft.EventGrid/systemTopics/made-by-portal`;

const withPortalTopic = (identity: string | null): Answers => ({
  ...good,
  [`/subscriptions/${hub}/providers/Microsoft.EventGrid/systemTopics`]: {
    value: [
      {
        id: portalTopic,
        name: "made-by-portal",
        identity: identity && { type: identity },
        properties: {
          topicType: "Microsoft.Resources.Subscriptions",
          source: `/subscriptions/${hub}`,
        },
      },
    ],
  },
});

let stop: (() => Promise<void>) | null = null;
afterEach(async () => {
  await stop?.();
  stop = null;
});

async function preflight(
  answers: Answers,
  more: Record<string, string> = {},
  tools: Parameters<typeof makeTools>[1] = signedIn,
) {
  const arm = await startArm(answers);
  stop = arm.stop;
  const { path } = makeTools(["az"], tools);
  const env = { ...environment, ...more, PATH: path };
  const ran = await runScript("preflight.ts", { args: ["--endpoint", arm.url], env });
  return { ...ran, asked: arm.asked };
}

describe("npm run preflight", () => {
  it("passes where nothing is missing, and changes nothing", async () => {
    const { code, output, asked } = await preflight(good);
    expect(output).toContain("34 owners, 8 sends an hour: 5 hours");
    expect(output).toMatch(/Idle cost.*\$\d+ a month/);
    expect(code).toBe(0);
    const writes = asked.filter(
      ({ method, path }) =>
        method !== "GET" && !/checkpolicyrestrictions|resourcegraph\/resources/.test(path),
    );
    expect(writes).toEqual([]);
  });

  it.each([
    [
      "rights",
      {
        [`/subscriptions/${hub}/providers/Microsoft.Authorization/permissions`]: {
          value: [{ actions: ["*"], notActions: ["Microsoft.Authorization/*/Write"] }],
        },
      },
      "you lack Microsoft.Authorization/roleAssignments/write",
      "az role assignment create",
    ],
    [
      "a provider",
      {
        [`/subscriptions/${hub}/providers/Microsoft.PolicyInsights`]: {
          namespace: "Microsoft.PolicyInsights",
          registrationState: "NotRegistered",
        },
      },
      "Microsoft.PolicyInsights is NotRegistered",
      `az provider register --namespace Microsoft.PolicyInsights --subscription ${hub}`,
    ],
    [
      "the region",
      {
        [`/subscriptions/${hub}/providers/Microsoft.Web/geoRegions`]: {
          value: [{ name: "North Europe" }],
        },
      },
      "westeurope does not offer Flex Consumption",
      "azd env set AZURE_LOCATION northeurope",
    ],
    [
      "an event topic in the way",
      withPortalTopic("SystemAssigned"),
      '"made-by-portal" is there already and must be used',
      `azd env set GUARDRAIL_RESOURCE_TOPICS ${portalTopic}`,
    ],
    [
      "a deny policy",
      {
        [`/subscriptions/${hub}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`]: {
          contentEvaluationResult: {
            policyEvaluations: [
              {
                policyInfo: { policyAssignmentId: "/assignments/no-public-storage" },
                evaluationResult: "NonCompliant",
                effectDetails: { policyEffect: "Deny" },
              },
            ],
          },
        },
      },
      "denied by /assignments/no-public-storage",
      "az policy exemption create",
    ],
    [
      "a mail domain for many owners",
      { "/providers/Microsoft.ResourceGraph/resources": { totalRecords: 250, data: [] } },
      "250 owners, 8 sends an hour: 32 hours",
      "azd env set GUARDRAIL_MAIL_DOMAIN",
    ],
  ])("stops and says what mends it: %s", async (_, worse, finding, fix) => {
    const { code, output } = await preflight({ ...good, ...worse });
    expect(output).toContain(finding);
    expect(output).toContain(fix);
    expect(code).toBe(1);
  });

  it("goes on with an event topic that is named, unless it could not keep undelivered events", async () => {
    const named = { GUARDRAIL_RESOURCE_TOPICS: portalTopic };
    const used = await preflight(withPortalTopic("SystemAssigned"), named);
    expect(used.output).toContain('"made-by-portal" is used');
    expect(used.code).toBe(0);
    await stop?.();
    const bare = await preflight(withPortalTopic(null), named);
    expect(bare.output).toContain("az eventgrid system-topic update --name made-by-portal");
    expect(bare.code).toBe(1);
  });

  it("looks at every subscription and management group that is to be watched", async () => {
    const other = "22222222-2222-4222-8222-222222222222";
    const { output, asked } = await preflight(good, {
      GUARDRAIL_SCOPE: ` ${other}, HUB,managementGroup:contoso`,
    });
    expect(output).toContain(`Subscription ${hub}, the guardrail's own and watched`);
    expect(output).toContain(`Subscription ${other}, watched`);
    expect(output).toContain("Management group contoso, watched");
    const rights = "/providers/microsoft.authorization/permissions";
    expect(asked.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        `/subscriptions/${other}${rights}`,
        `/providers/microsoft.management/managementgroups/contoso${rights}`,
      ]),
    );
  });

  it("goes on where something could not be looked at, and says so", async () => {
    const { code, output } = await preflight({ ...good, [geoRegions]: undefined });
    expect(output).toMatch(/unknown +region +westeurope could not be read \(HTTP 404\)/);
    expect(code).toBe(0);
  });

  it("stops before a stage that the policy does not suffice for", async () => {
    const { code, output } = await preflight(good, { GUARDRAIL_STAGE: "tell" });
    expect(output).toMatch(/MISSING +guardrail.json +mail.ownerDomains: write the domains/);
    expect(code).toBe(1);
  });

  it("says in one line that Azure does not answer", async () => {
    const { path } = makeTools(["az"], signedIn);
    const env = { ...environment, PATH: path };
    const args = ["--endpoint", "http://127.0.0.1:9"];
    const { code, output } = await runScript("preflight.ts", { args, env });
    expect(output).toMatch(/^Azure could not be asked: .+\nSign in/);
    expect(code).toBe(1);
  });

  it("says what it may do, at which stage, and who is told", async () => {
    const { output } = await preflight(good);
    expect(output).toContain("Level observe: it may read only. Stage watch: nothing is written;");
    expect(output).toContain("Operators: ops@contoso.com.");
  });

  it.each([
    ["is not installed", {}, "install it: https://aka.ms/install-azure-cli"],
    ["is not signed in", { "az version": {} }, "mend it: az login"],
  ])("stops where the Azure CLI %s", async (_, tools, fix) => {
    const { code, output, asked } = await preflight(good, {}, tools);
    expect(output).toContain(fix);
    expect(asked).toEqual([]);
    expect(code).toBe(1);
  });

  it("lists every setting that is wrong or missing before it asks anything", async () => {
    const { code, output, asked } = await preflight(good, {
      AZURE_LOCATION: "West Europe",
      GUARDRAIL_OPERATORS: "nobody",
      GUARDRAIL_SCOPE: "",
      GUARDRAIL_LEVEL: "admin",
      GUARDRAIL_STAGE: "go",
      GUARDRAIL_ALWAYS_READY: "9",
      GUARDRAIL_POLICY_TOPICS: "topic",
    });
    expect(output).toContain('AZURE_LOCATION           is "West Europe", but must be');
    expect(output).toContain("GUARDRAIL_SCOPE          not set: what to watch");
    for (const name of ["OPERATORS", "SCOPE", "LEVEL", "STAGE", "ALWAYS_READY", "POLICY_TOPICS"]) {
      expect(output).toContain(`mend it: azd env set GUARDRAIL_${name} VALUE`);
    }
    expect(output).toContain("7 things are to be mended");
    expect(asked).toEqual([]);
    expect(code).toBe(1);
  });
});

describe("npm run preflight by hand", () => {
  it("reads what azd keeps of the selected environment: settings and answers", async () => {
    const cwd = folderOfTest();
    const folder = join(cwd, ".azure", "guardrail");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(cwd, ".azure", "config.json"),
      JSON.stringify({ version: 1, defaultEnvironment: "guardrail" }),
    );
    writeFileSync(
      join(folder, ".env"),
      `AZURE_LOCATION="westeurope"\nAZURE_SUBSCRIPTION_ID="${hub}"\n`,
    );
    const parameters = { operatorsAddress: "ops@contoso.com", watchedScope: "hub" };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ infra: { parameters } }));
    const arm = await startArm(good);
    stop = arm.stop;
    const { path } = makeTools(["az"], signedIn);
    const args = ["--endpoint", arm.url];
    const { code, output } = await runScript("preflight.ts", { args, cwd, env: { PATH: path } });
    expect(output).toContain('environment "guardrail"');
    expect(output).toContain("Operators: ops@contoso.com.");
    expect(code).toBe(0);
  });

  it("says how to begin where there is no environment yet", async () => {
    const { code, output } = await runScript("preflight.ts", { cwd: folderOfTest(), env: {} });
    expect(output).toContain("mend it: azd env new guardrail");
    expect(code).toBe(1);
  });
});
