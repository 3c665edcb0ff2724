import type { FaultKind, FaultRule } from "../azure/estate-entry.ts";
import type { OperationSeen } from "../azure/tally.ts";
import { type Trial, undisturbed } from "./world.ts";

/** What kind of operation it is: it decides which faults can hit it. */
export type OperationKind =
  | "read"
  | "page"
  | "write"
  | "tag-write"
  | "long-write"
  | "poll"
  | "send"
  | "mail-status";

/** One run with one fault. */
export interface FaultScenario {
  readonly id: string;
  readonly operation: string;
  readonly fault: string;
  readonly when: "first" | "every";
  readonly trial: Trial;
  /** The tag of someone else that must be there at the end. */
  readonly foreignTag: string | null;
}

/** A fault and what it can hit. */
export interface FaultOf {
  readonly name: string;
  readonly fault: FaultKind;
  readonly hits: readonly OperationKind[];
  /** The mail service does not drop a repeated operation id. */
  readonly repeats?: true;
  /**
   * Not every time: each of the app's attempts then waits for a time-out, which is real time; of an
   * unanswered read there are dozens a run. Every time, a broken connection says the same to the app.
   */
  readonly firstOnly?: true;
  /** An operator stops all writes so many milliseconds after the start, while Azure makes us wait. */
  readonly stopAfter?: number;
}

const reads: readonly OperationKind[] = ["read", "page", "poll", "mail-status"];
const writes: readonly OperationKind[] = ["write", "tag-write", "long-write"];
const changes: readonly OperationKind[] = [...writes, "send"];
const everything: readonly OperationKind[] = [...reads, ...changes];
const foreignTag = "someone-else";

const status = (code: number, more: object = {}): FaultKind => ({ status: code, ...more });

/** Every fault, and which kinds of operation it can hit. */
export const faults: readonly FaultOf[] = [
  { name: "429-seconds", fault: status(429, { retryAfter: 17 }), hits: everything },
  { name: "429-date", fault: status(429, { retryAfter: "date" }), hits: everything },
  { name: "429-bare", fault: status(429), hits: everything },
  { name: "500", fault: status(500), hits: everything },
  { name: "502", fault: status(502), hits: everything },
  { name: "503", fault: status(503), hits: everything },
  { name: "slow", fault: { kind: "slow", milliseconds: 40 }, hits: everything },
  { name: "no-answer", fault: { kind: "no-answer" }, hits: everything, firstOnly: true },
  { name: "reset-before", fault: { kind: "reset-before" }, hits: everything },
  { name: "malformed-json", fault: { kind: "malformed-json" }, hits: everything },
  { name: "html", fault: { kind: "html" }, hits: everything },
  { name: "expired-token", fault: { kind: "expired-token" }, hits: everything },
  { name: "403", fault: status(403, { code: "AuthorizationFailed" }), hits: everything },
  { name: "404", fault: status(404), hits: everything },
  { name: "truncated", fault: { kind: "truncated-page" }, hits: everything },
  {
    name: "not-registered",
    fault: status(409, { code: "MissingSubscriptionRegistration" }),
    hits: ["page", ...writes],
  },
  { name: "reset-after", fault: { kind: "reset-after" }, hits: changes },
  { name: "no-answer-after", fault: { kind: "no-answer-after" }, hits: changes },
  { name: "500-after", fault: status(500, { afterEffect: true }), hits: changes },
  {
    name: "busy",
    fault: status(409, {
      code: "OperationNotAllowed",
      message: "Another operation is in progress: retry later.",
    }),
    hits: writes,
  },
  {
    name: "conflict",
    fault: status(409, { code: "Conflict", message: "Another update is in progress." }),
    hits: writes,
  },
  { name: "locked", fault: status(409, { code: "ScopeLocked" }), hits: writes },
  { name: "412", fault: status(412), hits: writes },
  { name: "overtaken", fault: { kind: "overtaken", tag: foreignTag }, hits: ["long-write"] },
  { name: "policy", fault: status(403, { code: "RequestDisallowedByPolicy" }), hits: writes },
  {
    name: "429-then-stop",
    fault: status(429, { retryAfter: 120 }),
    hits: ["long-write"],
    stopAfter: 60_000,
  },
  {
    name: "linked",
    fault: status(403, { code: "LinkedAuthorizationFailed" }),
    hits: ["long-write"],
  },
  { name: "fails", fault: { kind: "operation-fails" }, hits: ["long-write", "tag-write", "send"] },
  {
    name: "canceled",
    fault: { kind: "operation-canceled" },
    hits: ["long-write", "tag-write", "send"],
  },
  { name: "preempted", fault: { kind: "operation-preempted" }, hits: ["long-write"] },
  {
    name: "never-ends",
    fault: { kind: "operation-never-ends" },
    hits: ["long-write", "tag-write", "send"],
  },
  { name: "reset-after-no-dedup", fault: { kind: "reset-after" }, hits: ["send"], repeats: true },
  {
    name: "500-after-no-dedup",
    fault: status(500, { afterEffect: true }),
    hits: ["send"],
    repeats: true,
  },
  {
    name: "malformed-no-dedup",
    fault: { kind: "malformed-json" },
    hits: ["send"],
    repeats: true,
  },
];

/** Every scenario for the operations that a recorded run asked for, in a stable order. */
export function faultScenarios(operations: readonly OperationSeen[]): readonly FaultScenario[] {
  return operations
    .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)))
    .flatMap((operation) =>
      faults
        .filter(({ hits }) => hits.includes(kindOf(operation)))
        .flatMap((fault) => [
          scenario(operation, fault, "first"),
          ...(fault.firstOnly ? [] : [scenario(operation, fault, "every")]),
        ]),
    );
}

/** Runs in which the same news comes repeated, out of order, in part dropped and broken. */
export function mixedScenarios(count: number): readonly FaultScenario[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `events:mixed:${index + 1}`,
    operation: "events",
    fault: "mixed",
    when: "every" as const,
    trial: { ...undisturbed, mix: index + 1 },
    foreignTag: null,
  }));
}

/** Which requests an operation is. */
export function matchOf({ method, template, act }: OperationSeen): FaultRule["match"] {
  return { method, pathTemplate: template, ...(act === null ? {} : { act }) };
}

function scenario(
  operation: OperationSeen,
  { name, fault, repeats, stopAfter }: FaultOf,
  when: "first" | "every",
): FaultScenario {
  return {
    id: `${nameOf(operation)}:${name}:${when}`,
    operation: nameOf(operation),
    fault: name,
    when,
    trial: {
      ...undisturbed,
      azure: [{ match: matchOf(operation), fault, when }],
      mailDeduplicates: repeats === undefined,
      stopAfter: stopAfter ?? null,
    },
    foreignTag: name === "overtaken" ? foreignTag : null,
  };
}

/** A short name: the method, what the path ends in, and the act. */
export function nameOf({ method, template, act }: OperationSeen): string {
  const parts = template.split("/").filter((part) => part !== "" && part !== "default");
  const words = parts.filter((part) => !part.startsWith("{"));
  const last = words.at(-1) === "queryResults" ? words.at(-2) : words.at(-1);
  const one = parts.at(-1)?.startsWith("{") ? "/one" : "";
  const mail = template.startsWith("/emails/") ? "emails/" : "";
  const what = `${mail}${(last ?? "").replace("emails:send", "send")}${one}`;
  return [method, what, act].filter(Boolean).join("-").replace(/\s+/g, "-");
}

/** What kind of operation it is. */
export function kindOf({ method, template }: OperationSeen): OperationKind {
  if (template === "/emails:send") return "send";
  if (template.startsWith("/emails/")) return "mail-status";
  if (/\/operations(results)?\//.test(template)) return "poll";
  const reading = /queryResults$|Microsoft\.ResourceGraph\/resources$/.test(template);
  if (method === "POST" && reading) return "page";
  if (method === "GET" || method === "HEAD") return isList(template) ? "page" : "read";
  if (/\/managedClusters\/\{[^}]+\}$/.test(template)) return "long-write";
  return /\/Microsoft\.Resources\/tags\/default$/.test(template) ? "tag-write" : "write";
}

/** A path that ends in a type names all resources of it; `default` is one. */
const isList = (template: string): boolean =>
  !template.endsWith("}") && !template.endsWith("/default");
