import { z } from "zod";
import { az, graph, run } from "./command.ts";
import { readEnvironment } from "./environment.ts";

const Application = z.object({ appId: z.string(), displayName: z.string() });
const Principal = z.object({ id: z.string() });
const Assignments = z.object({
  value: z.array(z.object({ principalId: z.string(), appRoleId: z.string() })),
});

const operator = "7a1b4c63-1d9f-4068-8e8b-6c2d3e4f5a71";
const signIn = "8b2c5d74-2ea0-4179-9f9c-7d3e4f5a6b82";
/** The Azure CLI's own application, the same in every tenant. */
const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

const roles = [
  {
    id: "6f0a3b52-0c8e-4f57-9d7a-5b1c2d3e4f60",
    value: "Reader",
    description: "Reads cases, ledger, quarantine and health",
  },
  {
    id: operator,
    value: "Operator",
    description: "Scans, stops, resumes, allows, exempts and replays",
  },
].map((role) => ({
  ...role,
  displayName: role.value,
  allowedMemberTypes: ["User", "Application"],
  isEnabled: true,
}));

const api = {
  // Tokens of the first version name another issuer than the app checks.
  requestedAccessTokenVersion: 2,
  oauth2PermissionScopes: [
    {
      id: signIn,
      value: "user_impersonation",
      type: "User",
      isEnabled: true,
      adminConsentDisplayName: "Call Container Guardrail",
      adminConsentDescription: "Calls its HTTP API as the person who is signed in",
    },
  ],
};

const securityProvider = "Windows Azure Security Resource Provider";

/**
 * Makes, once, the Entra application that callers of the HTTP API sign in to, with its app roles, and
 * makes the person who deploys an Operator; looks up the principal that Defender for Cloud writes
 * with. Both ids go into the azd environment. Can be run again.
 */
function prepare(environmentName: string): void {
  const appId = prepareApplication(`Container Guardrail (${environmentName})`);
  setValue("GUARDRAIL_AUTH_CLIENT_ID", appId);
  console.log(`Entra application ${appId}: ready; ${makeOperator(appId)}`);
  setValue("GUARDRAIL_SECURITY_PROVIDER_ID", findSecurityProvider());
}

function prepareApplication(name: string): string {
  // The filter answers every name that begins so.
  const found = z
    .array(Application)
    .parse(az("ad", "app", "list", "--display-name", name))
    .find(({ displayName }) => displayName === name);
  const { appId } =
    found ??
    Application.parse(
      az("ad", "app", "create", "--display-name", name, "--sign-in-audience", "AzureADMyOrg"),
    );
  const path = `/applications(appId='${appId}')`;
  const identifierUris = [`api://${appId}`];
  graph({ method: "PATCH", path, body: { identifierUris, appRoles: roles, api } });
  // Entra takes the one only after it knows the permission that it names.
  const preAuthorizedApplications = [{ appId: azureCli, delegatedPermissionIds: [signIn] }];
  graph({ method: "PATCH", path, body: { api: { ...api, preAuthorizedApplications } } });
  return appId;
}

/** So that the first scan can be started; a pipeline that signs in by itself has no user to assign. */
function makeOperator(appId: string): string {
  const resource = servicePrincipal(appId);
  const me = signedInUser();
  if (!me) return "no user is signed in: assign the app role Operator by hand";
  const path = `/servicePrincipals/${resource}/appRoleAssignedTo`;
  const assigned = Assignments.parse(graph({ method: "GET", path })).value;
  if (!assigned.some((one) => one.principalId === me && one.appRoleId === operator)) {
    const body = { principalId: me, resourceId: resource, appRoleId: operator };
    graph({ method: "POST", path, body });
  }
  return "you are one of its Operators";
}

function servicePrincipal(appId: string): string {
  const found = z.array(Principal).parse(az("ad", "sp", "list", "--filter", `appId eq '${appId}'`));
  return (found[0] ?? Principal.parse(az("ad", "sp", "create", "--id", appId))).id;
}

function signedInUser(): string | null {
  try {
    return Principal.parse(az("ad", "signed-in-user", "show")).id;
  } catch {
    return null;
  }
}

function findSecurityProvider(): string {
  const [principal] = z
    .array(Principal)
    .parse(az("ad", "sp", "list", "--display-name", securityProvider));
  if (principal) return principal.id;
  throw new Error(
    `This tenant has no principal "${securityProvider}": switch Defender for Cloud on in one subscription, then run again`,
  );
}

function setValue(name: string, value: string): void {
  run("azd", ["env", "set", name, value]);
}

try {
  const environment = readEnvironment(process.env, process.cwd());
  const name = environment["AZURE_ENV_NAME"];
  if (!name) throw new Error("No azd environment is selected: azd env new guardrail");
  prepare(name);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
