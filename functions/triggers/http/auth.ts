import type { HttpRequest } from "@azure/functions";
import { asArray, lineOf, memberOf, textOf } from "../../../shared/events/untrusted.ts";
import type { TriggerSettings } from "../dependencies.ts";

/** What a caller may do: read, or also change things. */
export type Role = "Reader" | "Operator";

/** Who calls, or why this caller is not let in. */
export type Admission =
  | { readonly kind: "admitted"; readonly by: string }
  | { readonly kind: "refused"; readonly status: 401 | 403; readonly message: string };

/**
 * Decides whether a request is let in. With keys the host has checked already. With Entra ID the
 * sign-in stands in a header that App Service authentication sets, and that anybody could forge
 * where it is switched off; then nobody is let in.
 */
export function admit(
  request: Pick<HttpRequest, "headers" | "method">,
  settings: Pick<TriggerSettings, "httpAuth" | "websiteAuthEnabled">,
  needs: Role,
): Admission {
  if (settings.httpAuth === "key") return { kind: "admitted", by: "function key" };
  if (!settings.websiteAuthEnabled) {
    return refused(403, "switch on App Service authentication: WEBSITE_AUTH_ENABLED is not True");
  }
  if (request.method !== "GET" && isFromElsewhere(request)) {
    return refused(403, "call this from a script or tool, not from a page of another site");
  }
  const principal = principalOf(request);
  if (!principal) return refused(401, "sign in first");
  const roles = rolesOf(principal);
  const enough = roles.includes("Operator") || (needs === "Reader" && roles.includes("Reader"));
  if (!enough) return refused(403, `the app role ${needs} is missing`);
  return { kind: "admitted", by: nameOf(principal) };
}

const refused = (status: 401 | 403, message: string): Admission => ({
  kind: "refused",
  status,
  message,
});

/** Browsers say so by themselves; a signed-in operator's cookie must not work for other sites. */
const isFromElsewhere = ({ headers }: Pick<HttpRequest, "headers">): boolean =>
  ["cross-site", "same-site"].includes(headers.get("sec-fetch-site") ?? "");

const longestHeader = 32_000;

function principalOf({ headers }: Pick<HttpRequest, "headers">): unknown {
  const header = headers.get("x-ms-client-principal");
  if (!header || header.length > longestHeader) return null;
  try {
    const principal: unknown = JSON.parse(Buffer.from(header, "base64").toString("utf8"));
    return Array.isArray(memberOf(principal, "claims")) ? principal : null;
  } catch {
    return null;
  }
}

const roleClaims = ["roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"];

function rolesOf(principal: unknown): readonly string[] {
  const types = [...roleClaims, textOf(principal, "role_typ")];
  return claimsOf(principal)
    .filter(({ type }) => types.includes(type))
    .map(({ value }) => value);
}

const nameClaims = [
  "preferred_username",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "name",
  "http://schemas.microsoft.com/identity/claims/objectidentifier",
  "oid",
  "appid",
  "azp",
];

function nameOf(principal: unknown): string {
  const claims = claimsOf(principal);
  for (const wanted of nameClaims) {
    const claim = claims.find(({ type }) => type === wanted);
    if (claim) return lineOf(claim.value, 200);
  }
  return "signed-in caller without a name";
}

const claimsOf = (principal: unknown): readonly { type: string; value: string }[] =>
  asArray(memberOf(principal, "claims")).map((claim) => ({
    type: textOf(claim, "typ") ?? "",
    value: textOf(claim, "val") ?? "",
  }));
