import { spawn } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { type Answers, startArm } from "./arm-server.ts";

const hub = "11111111-1111-4111-8111-111111111111";
const environment = {
  AZURE_ENV_NAME: "guardrail",
  AZURE_LOCATION: "westeurope",
  AZURE_SUBSCRIPTION_ID: hub,
  GUARDRAIL_OPERATORS: "ops@contoso.com",
};

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
  [`/subscriptions/${hub}/providers/Microsoft.Web/geoRegions`]: {
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

let stop: (() => Promise<void>) | null = null;
afterEach(async () => {
  await stop?.();
  stop = null;
});

async function preflight(answers: Answers, more: Record<string, string> = {}) {
  const arm = await startArm(answers);
  stop = arm.stop;
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, ["deploy/preflight.ts", "--endpoint", arm.url], {
    env: { PATH, ...environment, ...more },
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output, asked: arm.asked };
}

describe("npm run preflight", () => {
  it("passes where nothing is missing, and changes nothing", async () => {
    const { code, output, asked } = await preflight(good);
    expect(output).toContain("34 owners, 10 sends an hour: 4 hours");
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
      "lacking: Microsoft.Authorization/roleAssignments/write",
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
      "provider Microsoft.PolicyInsights",
      `az provider register --namespace Microsoft.PolicyInsights --subscription ${hub}`,
    ],
    [
      "the region",
      {
        [`/subscriptions/${hub}/providers/Microsoft.Web/geoRegions`]: {
          value: [{ name: "North Europe" }],
        },
      },
      "does not offer Flex Consumption",
      "azd env set AZURE_LOCATION northeurope",
    ],
    [
      "an event topic in the way",
      {
        [`/subscriptions/${hub}/providers/Microsoft.EventGrid/systemTopics`]: {
          value: [
            {
              id: `/subscriptions/${hub}/resourceGroups/Default-EventGrid/providers/Microsoft.EventGrid/systemTopics/made-by-portal`,
              name: "made-by-portal",
              properties: {
                topicType: "Microsoft.Resources.Subscriptions",
                source: `/subscriptions/${hub}`,
              },
            },
          ],
        },
      },
      "made-by-portal must be used",
      '"resourceTopicGroup":"Default-EventGrid"',
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
      "250 owners, 10 sends an hour: 25 hours",
      "azd env set GUARDRAIL_MAIL_DOMAIN",
    ],
  ])("stops and says what mends it: %s", async (_, worse, finding, fix) => {
    const { code, output } = await preflight({ ...good, ...worse });
    expect(output).toContain(finding);
    expect(output).toContain(fix);
    expect(code).toBe(1);
  });

  it("lists every setting that is wrong before it asks anything", async () => {
    const { code, output, asked } = await preflight(good, {
      GUARDRAIL_OPERATORS: "nobody",
      GUARDRAIL_SUBSCRIPTIONS: "[1]",
    });
    expect(output).toContain("GUARDRAIL_OPERATORS");
    expect(output).toContain("GUARDRAIL_SUBSCRIPTIONS");
    expect(asked).toEqual([]);
    expect(code).toBe(1);
  });
});
