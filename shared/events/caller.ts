import { lineOf, memberOf, textOf } from "./untrusted.ts";

/** The identity that this app writes as; null where it is not known. */
export interface OwnIdentity {
  /** Object id of the service principal. */
  readonly principalId: string | null;
  /** Application (client) id. */
  readonly appId: string | null;
}

const objectIdClaim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
const nameClaims = [
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
  "name",
];

/** Who made a change, as the event tells: for people, bounded, and null when it tells nobody. */
export function callerOf(data: unknown): string | null {
  const claims = memberOf(data, "claims");
  for (const claim of nameClaims) {
    const name = textOf(claims, claim);
    if (name) return lineOf(name, 200);
  }
  const application = textOf(claims, "appid");
  if (application) return lineOf(`application ${application}`, 200);
  const principal = textOf(claims, objectIdClaim) ?? principalIn(data);
  return principal ? lineOf(`principal ${principal}`, 200) : null;
}

/** Whether the change was our own. */
export function isOwnWrite(data: unknown, own: OwnIdentity): boolean {
  const claims = memberOf(data, "claims");
  return (
    same(textOf(claims, objectIdClaim), own.principalId) ||
    same(principalIn(data), own.principalId) ||
    same(textOf(claims, "appid"), own.appId)
  );
}

const principalIn = (data: unknown): string | null =>
  textOf(memberOf(memberOf(data, "authorization"), "evidence"), "principalId");

const same = (told: string | null, own: string | null): boolean =>
  told !== null && own !== null && own !== "" && told.toLowerCase() === own.toLowerCase();
