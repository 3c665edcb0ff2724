/** Where Azure Resource Manager lives. */
export const armOrigin = "https://management.azure.com";

const queries = [
  /\/providers\/microsoft\.resourcegraph\/resources$/i,
  /\/providers\/microsoft\.policyinsights\/(policystates|componentpolicystates)\/[^/]+\/queryresults$/i,
];

/** Whether a request only reads: GET, HEAD, or a POST that is a query. */
export function isRead(method: string, url: string): boolean {
  const verb = method.toUpperCase();
  if (verb === "GET" || verb === "HEAD") return true;
  if (verb !== "POST") return false;
  const { origin, pathname } = new URL(url);
  return origin === armOrigin && queries.some((query) => query.test(pathname));
}
