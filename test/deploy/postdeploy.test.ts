import { afterEach, expect, it } from "vitest";
import { startArm } from "./arm-server.ts";
import { makeTools, type ToolAnswers } from "./command-line-tools.ts";
import { runScript } from "./run-script.ts";

const hub = "11111111-1111-4111-8111-111111111111";
const other = "22222222-2222-4222-8222-222222222222";
const portalTopic = `/subscriptions/${other}/resourceGroups/Default-EventGrid/providers/Microsoft.EventGrid/systemTopics/made-by-portal`;

const deployed = {
  AZURE_ENV_NAME: "guardrail",
  AZURE_SUBSCRIPTION_ID: hub,
  AZURE_LOCATION: "westeurope",
  GUARDRAIL_RESOURCE_GROUP: "rg-guardrail",
  GUARDRAIL_FUNCTION_APP: "func-guardrail-a",
  GUARDRAIL_DEAD_LETTER_STORAGE: `/subscriptions/${hub}/storage`,
  GUARDRAIL_ACTION_GROUP: `/subscriptions/${hub}/actions`,
  GUARDRAIL_WATCHED: `${hub},${other}`,
  GUARDRAIL_AUTH_CLIENT_ID: "33333333-3333-4333-8333-333333333333",
  GUARDRAIL_RESOURCE_TOPICS: portalTopic,
};

const willing: ToolAnswers = {
  "az deployment sub create": {},
  "az account get-access-token": { out: { accessToken: "a-token" } },
};

let app: Awaited<ReturnType<typeof startArm>> | null = null;
afterEach(async () => {
  await app?.stop();
  app = null;
});

async function postdeploy(tools: ReturnType<typeof makeTools>, url: string) {
  const env = { ...deployed, GUARDRAIL_URL: url, PATH: tools.path };
  return runScript("postdeploy.ts", { args: ["--pause", "0"], env });
}

const parameterOf = (args: readonly string[], name: string): string | undefined =>
  args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);

it("connects the events of each watched subscription, then starts the first scan", async () => {
  app = await startArm({ "/api/scan": { scan: "due" } });
  const tools = makeTools(["az"], willing);
  const { code, output } = await postdeploy(tools, app.url);
  expect(output).toContain("The scan runs; its report goes to the operators.");
  expect(code).toBe(0);
  expect(app.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /api/scan"]);

  const [first = [], second = [], token = []] = tools.calls().map(({ args }) => args);
  expect(first).toEqual(expect.arrayContaining(["deployment", "--subscription", hub]));
  expect(parameterOf(first, "functionAppId")).toBe(
    `/subscriptions/${hub}/resourceGroups/rg-guardrail/providers/Microsoft.Web/sites/func-guardrail-a`,
  );
  expect(parameterOf(first, "resourceTopic")).toBeUndefined();
  expect(second).toContain(other);
  expect(parameterOf(second, "resourceTopic")).toBe("made-by-portal");
  expect(parameterOf(second, "resourceTopicGroup")).toBe("Default-EventGrid");
  expect(token).toContain(`api://${deployed.GUARDRAIL_AUTH_CLIENT_ID}`);
});

it("does the same when it is run again", async () => {
  app = await startArm({ "/api/scan": { scan: "due" } });
  const tools = makeTools(["az"], willing);
  await postdeploy(tools, app.url);
  const once = tools.calls();
  expect((await postdeploy(tools, app.url)).code).toBe(0);
  expect(tools.calls()).toEqual([...once, ...once]);
});

it("asks again while the app is starting up, then leaves the first scan to the app", async () => {
  app = await startArm({});
  const { code, output } = await postdeploy(makeTools(["az"], willing), app.url);
  expect(app.asked.length).toBeGreaterThan(1);
  expect(output).toContain("The scan was not started from here (HTTP 404).");
  expect(code).toBe(0);
});

it("leaves the first scan to the app where no token can be had", async () => {
  const tools = makeTools(["az"], { "az deployment sub create": {} });
  const { code, output } = await postdeploy(tools, "http://127.0.0.1:9");
  expect(output).toContain("get-access-token");
  expect(output).toContain("starts by itself");
  expect(code).toBe(0);
});

it("fails where Event Grid refuses, and starts no scan", async () => {
  app = await startArm({ "/api/scan": { scan: "due" } });
  const { code, output } = await postdeploy(makeTools(["az"], {}), app.url);
  expect(output).toContain("az deployment sub create failed");
  expect(app.asked).toEqual([]);
  expect(code).toBe(1);
});

it("says what to run first where nothing is provisioned", async () => {
  const { code, output } = await runScript("postdeploy.ts", {
    env: { AZURE_ENV_NAME: "guardrail" },
  });
  expect(output).toContain("GUARDRAIL_FUNCTION_APP");
  expect(output).toContain("run azd provision first");
  expect(code).toBe(1);
});
