import { expect, it } from "vitest";
import { makeTools, type ToolAnswers, type ToolCall } from "./command-line-tools.ts";
import { runScript } from "./run-script.ts";

const appId = "33333333-3333-4333-8333-333333333333";
const graph = "https://graph.microsoft.com/v1.0";
const name = "Container Guardrail (guardrail)";

const tenant: ToolAnswers = {
  // What begins with the name is answered too, and must not be taken for it.
  [`az ad app list --display-name ${name}`]: {
    out: [{ appId: "other", displayName: `${name} old` }],
  },
  "az ad app create": { out: { appId, displayName: name } },
  [`az rest --method PATCH --url ${graph}/applications(appId='${appId}')`]: {},
  "az ad sp list --filter": { out: [] },
  "az ad sp create": { out: { id: "sp" } },
  "az ad signed-in-user show": { out: { id: "me" } },
  [`az rest --method GET --url ${graph}/servicePrincipals/sp/appRoleAssignedTo`]: {
    out: { value: [] },
  },
  [`az rest --method POST --url ${graph}/servicePrincipals/sp/appRoleAssignedTo`]: {},
  "az ad sp list --display-name Windows Azure Security Resource Provider": {
    out: [{ id: "wasrp" }],
  },
  "azd env set": {},
};

async function entra(answers: ToolAnswers) {
  const tools = makeTools(["az", "azd"], answers);
  const env = { AZURE_ENV_NAME: "guardrail", PATH: tools.path };
  return { ...(await runScript("entra.ts", { env })), calls: tools.calls() };
}

const said = (calls: readonly ToolCall[], start: string): readonly ToolCall[] =>
  calls.filter(({ tool, args }) => [tool, ...args].join(" ").startsWith(start));

it("makes the application with its roles, a way to sign in, and the deployer as Operator", async () => {
  const { code, calls, output } = await entra(tenant);
  expect(output).toContain("you are one of its Operators");
  expect(code).toBe(0);
  const [first, second] = said(calls, "az rest --method PATCH").map(({ body }) => body);
  expect(first).toMatchObject({
    identifierUris: [`api://${appId}`],
    appRoles: [{ value: "Reader" }, { value: "Operator" }],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ value: "user_impersonation" }],
    },
  });
  const { appRoles, api } = first as {
    appRoles: { id: string }[];
    api: { oauth2PermissionScopes: { id: string }[] };
  };
  const delegatedPermissionIds = [api.oauth2PermissionScopes[0]?.id];
  expect(second).toMatchObject({
    api: { preAuthorizedApplications: [{ delegatedPermissionIds }] },
  });
  expect(said(calls, "az rest --method POST").map(({ body }) => body)).toEqual([
    { principalId: "me", resourceId: "sp", appRoleId: appRoles[1]?.id },
  ]);
  expect(said(calls, "azd env set").map(({ args }) => args.slice(2))).toEqual([
    ["GUARDRAIL_AUTH_CLIENT_ID", appId],
    ["GUARDRAIL_SECURITY_PROVIDER_ID", "wasrp"],
  ]);
});

it("makes nothing a second time", async () => {
  const first = await entra(tenant);
  const assigned = said(first.calls, "az rest --method POST").map(({ body }) => body);
  const { code, calls } = await entra({
    ...tenant,
    [`az ad app list --display-name ${name}`]: { out: [{ appId, displayName: name }] },
    "az ad sp list --filter": { out: [{ id: "sp" }] },
    [`az rest --method GET --url ${graph}/servicePrincipals/sp/appRoleAssignedTo`]: {
      out: { value: assigned },
    },
  });
  expect(code).toBe(0);
  expect(said(calls, "az ad app create")).toEqual([]);
  expect(said(calls, "az ad sp create")).toEqual([]);
  expect(said(calls, "az rest --method POST")).toEqual([]);
});

it("goes on in a pipeline, where no user is signed in", async () => {
  const { code, output, calls } = await entra({
    ...tenant,
    "az ad signed-in-user show": { status: 1 },
  });
  expect(output).toContain("assign the app role Operator by hand");
  expect(said(calls, "az rest --method POST")).toEqual([]);
  expect(code).toBe(0);
});

it("stops where Defender for Cloud was never used in the tenant", async () => {
  const { code, output } = await entra({
    ...tenant,
    "az ad sp list --display-name Windows Azure Security Resource Provider": { out: [] },
  });
  expect(output).toContain("switch Defender for Cloud on in one subscription");
  expect(code).toBe(1);
});
