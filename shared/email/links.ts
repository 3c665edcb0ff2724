import { parseResourceId } from "../domain/resource-id.ts";

const portalHost = /^portal\.azure\.(?:com|us|cn)$/;
const portal = "https://portal.azure.com/#resource";

/** The resource's own page in the Azure portal, or null when the id is none. */
export function portalLink(resourceId: string): string | null {
  if (resourceId.length > 1_000 || !parseResourceId(resourceId)) return null;
  const segments = resourceId.toWellFormed().trim().replace(/\/+$/, "").split("/");
  return `${portal}${segments.map(encodeURIComponent).join("/")}`;
}

/** The link if it leads to the Azure portal, else null. */
export function onlyPortal(link: string | null): string | null {
  if (!link || link.length > 2_000 || !URL.canParse(link)) return null;
  const url = new URL(link);
  const own = url.protocol === "https:" && portalHost.test(url.hostname);
  return own && url.username === "" && url.port === "" ? url.href : null;
}

/** The address that the operators gave for "about this service", or null when it is no web page. */
export function aboutLink(aboutUrl: string | null): string | null {
  if (!aboutUrl || !URL.canParse(aboutUrl)) return null;
  const url = new URL(aboutUrl);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}
