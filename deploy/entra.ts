import { z } from "zod";
import { az, run } from "./command.ts";

const Application = z.object({ appId: z.string() });
const Principal = z.object({ id: z.string() });

const roles = [
  {
    id: "6f0a3b52-0c8e-4f57-9d7a-5b1c2d3e4f60",
    value: "Reader",
    displayName: "Reader",
    description: "Reads cases, ledger, quarantine and health",
  },
  {
    id: "7a1b4c63-1d9f-4068-8e8b-6c2d3e4f5a71",
    value: "Operator",
    displayName: "Operator",
    description: "Scans, stops, resumes, allows, exempts and replays",
  },
].map((role) => ({ ...role, allowedMemberTypes: ["User", "Application"], isEnabled: true }));

const securityProvider = "Windows Azure Security Resource Provider";

/**
 * Makes, once, the Entra application that callers of the HTTP API sign in to, with its app roles,
 * and looks up the principal that Defender for Cloud writes with; both go into the azd environment.
 */
function prepare(environmentName: string): void {
  const name = `Container Guardrail (${environmentName})`;
  const found = z.array(Application).parse(az("ad", "app", "list", "--display-name", name));
  const application =
    found[0] ??
    Application.parse(
      az("ad", "app", "create", "--display-name", name, "--sign-in-audience", "AzureADMyOrg"),
    );
  az("ad", "app", "update", "--id", application.appId, "--app-roles", JSON.stringify(roles));
  if (!found[0]) az("ad", "sp", "create", "--id", application.appId);
  setValue("GUARDRAIL_AUTH_CLIENT_ID", application.appId);

  const principals = z
    .array(Principal)
    .parse(az("ad", "sp", "list", "--display-name", securityProvider));
  const principal = principals[0];
  if (!principal) {
    throw new Error(
      `This tenant has no principal "${securityProvider}": switch Defender for Cloud on in one subscription, then run again`,
    );
  }
  setValue("GUARDRAIL_SECURITY_PROVIDER_ID", principal.id);
}

function setValue(name: string, value: string): void {
  run("azd", ["env", "set", name, value]);
}

prepare(process.env["AZURE_ENV_NAME"] ?? "default");
