import { ArmFault, badRequest } from "./arm-fault.ts";
import { type AzureRequest, queryOf, type Route, type RoutedRequest } from "./exchange.ts";
import { readResourceId, scopeOf } from "./resource-id.ts";

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literal: number;
}

/** Finds the route of a request. */
export interface Router {
  /** Throws an ArmFault, as Azure Resource Manager answers what it does not know. */
  match(request: AzureRequest): RoutedRequest;
  readonly routes: readonly Route[];
}

/** Builds a router; of several fitting templates the one with most literal text wins. */
export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map(compile).toSorted((a, b) => b.literal - a.literal);

  return {
    routes,
    match(given) {
      const request = { ...given, url: withoutEmptySegments(given.url) };
      const path = request.url.pathname;
      const fitting = compiled.filter(({ pattern }) => pattern.test(path));
      const found = fitting.find(({ route }) => route.method === request.method);
      if (!found) throw fitting.length > 0 ? wrongMethod(request) : unknownType(path);
      checkVersion(request, found.route);
      const values = found.pattern.exec(path)?.slice(1) ?? [];
      const params = Object.fromEntries(
        found.names.map((name, index) => [name, decode(values[index] ?? "")]),
      );
      const { route } = found;
      const decoded = decode(path);
      return {
        ...request,
        route,
        path: decoded,
        params,
        scope: route.target?.(params) ?? authorizationScope(route, decoded),
      };
    },
  };
}

/** SDKs write `//` where a scope begins with a slash of its own. */
function withoutEmptySegments(url: URL): URL {
  const tidy = new URL(url);
  tidy.pathname = url.pathname.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  return tidy;
}

const anyLength = ["scope", "scopeId", "resourceId"];

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\/\{([A-Za-z]+)\}/g, (_, name: string) => {
      names.push(name);
      return anyLength.includes(name) ? "((?:/[^/]+)*)" : "/([^/]+)";
    });
  const literal = route.template.replace(/\{[^}]*\}/g, "").length;
  return { route, pattern: new RegExp(`^${source}$`, "i"), names, literal };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest("The path is not validly percent-encoded.", "InvalidRequestUri");
  }
}

function checkVersion(request: AzureRequest, { versions }: Route): void {
  const given = queryOf(request, "api-version");
  if (given === null) {
    throw badRequest(
      "The api-version query parameter (?api-version=) is required for all requests.",
      "MissingApiVersionParameter",
    );
  }
  if (versions === null || versions.includes(given.toLowerCase())) return;
  throw badRequest(
    `The api-version '${given}' is invalid. The supported versions are '${versions.join(",")}'.`,
    "InvalidApiVersionParameter",
  );
}

/** The id on which the action is needed: the resource of the path, or what its list is of. */
function authorizationScope(route: Route, path: string): string {
  const isAction = route.method === "POST" && /\/[A-Za-z]+$/.test(route.template);
  const target = isAction ? path.slice(0, path.lastIndexOf("/")) : path;
  if (readResourceId(target)) return target;
  if (/\/providers\//i.test(target)) return scopeOf(target);
  return /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?/i.exec(target)?.[0] ?? "/";
}

function wrongMethod({ method, url }: AzureRequest): ArmFault {
  return new ArmFault(405, "MethodNotAllowed", {
    message: `The method '${method}' is not allowed for '${url.pathname}'.`,
  });
}

function unknownType(path: string): ArmFault {
  const type = path.split(/\/providers\//i).at(-1) ?? path;
  return new ArmFault(404, "InvalidResourceType", {
    message: `The simulated Azure has no operation at '${type}'.`,
  });
}
