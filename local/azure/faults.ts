import { ArmFault } from "./arm-fault.ts";
import type { FaultKind, FaultRule } from "./estate-entry.ts";
import type { Answer, Route, RoutedRequest } from "./exchange.ts";
import { randomOf } from "./random.ts";

/** Declared misbehaviour, rule by rule. */
export interface Faults {
  /** The fault that hits this request, if any; counts it. */
  of(request: RoutedRequest): FaultKind | null;
}

/**
 * Builds the register of faults. Throws when a rule names an operation that does not exist: it would
 * never fire, and nobody would notice.
 */
export function createFaults(rules: readonly FaultRule[], routes: readonly Route[]): Faults {
  for (const { match } of rules) {
    const exists = routes.some((route) => sameOperation(route, match));
    if (!exists) {
      throw new Error(
        `A fault matches ${match.method} ${match.pathTemplate}, which the simulated Azure does not have; take the template from its documentation.`,
      );
    }
  }
  const ready = rules.map((rule) => ({ rule, fires: createRhythm(rule.when) }));

  return {
    of(request) {
      for (const { rule, fires } of ready) {
        if (hits(rule, request) && fires()) return rule.fault;
      }
      return null;
    },
  };
}

function hits({ match }: FaultRule, request: RoutedRequest): boolean {
  if (!sameOperation(request.route, match)) return false;
  return match.act === undefined || match.act === request.route.act?.(request);
}

function sameOperation(route: Route, match: FaultRule["match"]): boolean {
  return route.method === match.method && plain(route.template) === plain(match.pathTemplate);
}

function plain(template: string): string {
  return template.replace(/\{[^}]*\}/g, "{}").toLowerCase();
}

function createRhythm(when: FaultRule["when"]): () => boolean {
  if (when === "every") return () => true;
  if (when === "first") {
    let fired = false;
    return () => {
      const fires = !fired;
      fired = true;
      return fires;
    };
  }
  const random = randomOf(when.seed);
  return () => random() < when.probability;
}

/** Lets the fault come between a request and its handler. */
export async function withFault(
  fault: Exclude<FaultKind, { kind: "overtaken" }>,
  handle: (course?: RoutedRequest["course"]) => Promise<Answer>,
  now: number,
): Promise<Answer> {
  if ("status" in fault) {
    if (fault.afterEffect) await handle();
    throw statusFault(fault, now);
  }
  switch (fault.kind) {
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
      return handle();
    case "expired-token":
      throw expiredToken();
    case "reset-before":
      return { status: 200, wire: { kind: "reset" } };
    case "reset-after":
      return { ...(await handle()), wire: { kind: "reset" } };
    case "no-answer":
      return { status: 200, wire: { kind: "silence" } };
    case "no-answer-after":
      return { ...(await handle()), wire: { kind: "silence" } };
    case "truncated-page":
      return { ...(await handle()), wire: { kind: "cut" } };
    case "malformed-json":
      return { ...(await handle()), wire: { kind: "text", text: '{"value":[{"id":', type: json } };
    case "html":
      return { status: 200, wire: { kind: "text", text: page, type: "text/html; charset=utf-8" } };
    default:
      return handle(fault.kind);
  }
}

const json = "application/json; charset=utf-8";
const page =
  "<!DOCTYPE html><html><body><h1>Our services are not available right now</h1></body></html>";

const codes: Readonly<Record<number, string>> = {
  403: "AuthorizationFailed",
  404: "ResourceNotFound",
  408: "RequestTimeout",
  409: "Conflict",
  412: "PreconditionFailed",
  429: "TooManyRequests",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
};

function statusFault(fault: Extract<FaultKind, { status: number }>, now: number): ArmFault {
  const code = fault.code ?? codes[fault.status] ?? "Error";
  const message = fault.message ?? `The request was answered ${fault.status} ${code} on purpose.`;
  const wait = fault.retryAfter;
  const text = wait === "date" ? new Date(now + 30_000).toUTCString() : String(wait);
  const headers = wait === undefined || wait === null ? {} : { "Retry-After": text };
  return new ArmFault(fault.status, code, { message, headers });
}

function expiredToken(): ArmFault {
  return new ArmFault(401, "ExpiredAuthenticationToken", {
    message: "The access token expiry UTC time is earlier than current UTC time.",
    headers: {
      "WWW-Authenticate":
        'Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", error_description="The access token has expired."',
    },
  });
}
