import type { Json } from "./json.ts";
import type { Limit } from "./limits.ts";

/** Who sends a request. */
export interface Caller {
  readonly name: string;
  readonly objectId: string;
  /** Null for a person. */
  readonly appId: string | null;
  /** The sign-in name of a person; service principals have none. */
  readonly upn: string | null;
}

/** A request as its sender sees it: `url` carries the https origin. */
export interface AzureRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  readonly caller: Caller;
  readonly correlationId: string;
}

/** A request with the route that takes it. */
export interface RoutedRequest extends AzureRequest {
  readonly route: Route;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The id on which the caller needs the right. */
  readonly scope: string;
  /** The path as people write it: ids hold letters that an address must encode. */
  readonly path: string;
  /** How the long-running operation that it starts is made to end. */
  readonly course?:
    | "operation-fails"
    | "operation-canceled"
    | "operation-preempted"
    | "operation-never-ends";
}

/** What Azure answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /**
   * How the answer is spoilt on its way: dropped with the connection, kept back while it stays open,
   * cut off in the middle, or another text instead.
   */
  readonly wire?:
    | { readonly kind: "reset" | "silence" | "cut" }
    | { readonly kind: "text"; readonly text: string; readonly type: string };
}

/** One operation of Azure. */
export interface Route {
  readonly method: "GET" | "HEAD" | "PUT" | "PATCH" | "POST" | "DELETE";
  /** As in the official descriptions; `{scope}` takes any number of segments, other parameters one. */
  readonly template: string;
  /** Known api-versions; null = any. */
  readonly versions: readonly string[] | null;
  /** The Azure action that a role must grant; null = none. */
  readonly action: string | null;
  /** Actions that grant the same. */
  readonly alternatives?: (request: RoutedRequest) => readonly string[];
  /** The id that is acted on, where it is not the one in the path. */
  readonly target?: (params: Readonly<Record<string, string>>) => string;
  /** Actions that are needed as well. */
  readonly alsoNeeds?: readonly string[];
  /** A POST that changes nothing: locks do not bind it and no event follows. */
  readonly reads?: true;
  /** Locks do not bind it: it is how locks themselves are lifted. */
  readonly unlocked?: true;
  /** Limits beside those of Azure Resource Manager, or instead of them. */
  readonly limits?: (request: RoutedRequest) => RouteLimits;
  /** What the request is after, in a word, where one operation serves several acts. */
  readonly act?: (request: RoutedRequest) => string | null;
  readonly handle: (request: RoutedRequest) => Answer | Promise<Answer>;
}

/** The limits of a route. */
export interface RouteLimits {
  readonly limits: readonly Limit[];
  /** The request does not count against the buckets of Azure Resource Manager. */
  readonly instead?: true;
  /** They hold even where throttling is switched off. */
  readonly always?: true;
}

/** A query parameter by its name in any case. */
export function queryOf(request: AzureRequest, name: string): string | null {
  for (const [key, value] of request.url.searchParams) {
    if (key.toLowerCase() === name.toLowerCase()) return value;
  }
  return null;
}

/** The value of a path parameter. Throws when the template has none of that name: a mistake of ours. */
export function param(request: RoutedRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`${request.route.template} has no {${name}}.`);
  return value;
}
