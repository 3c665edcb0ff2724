import type { RestError } from "@azure/core-rest-pipeline";
import type { z } from "zod";
import type { Known, Refusal, Wait } from "../domain/refusal.ts";
import { unreadable } from "../domain/refusal.ts";

/** Azure could not be asked, or did not answer in its own terms: a later attempt may succeed. */
export class AzureError extends Error {
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly code: string | null;

  constructor(message: string, options: { status?: number; code?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "AzureError";
    this.status = options.status ?? null;
    this.code = options.code ?? null;
  }
}

/** The libraries' own test, which would load them to ask whether one of them failed. */
const isRestError = (error: unknown): error is RestError =>
  error instanceof Error && error.name === "RestError";

/** The code of a request that was not sent because the guardrail runs read-only. */
export const readOnlyCode = "ReadOnly";

/** Seconds to wait where Azure is busy and does not say for how long. */
const patience = { throttled: 30, busy: 60, changed: 5 };

/** Azure's no in our own words, for what it would not do although it answered with success. */
export const refusal = (code: string, message: string, status = 0): Refusal => ({
  kind: "refused",
  status,
  code,
  message: message.slice(0, 1000),
});

/** Reads what a client threw as data; throws AzureError for what is no answer of Azure's own. */
export function answerOf(error: unknown): Refusal | Wait {
  if (error instanceof AzureError && error.code === readOnlyCode) {
    return refusal(readOnlyCode, error.message);
  }
  if (!isRestError(error)) throw asAzureError(error);
  const wait = waitOf(error);
  if (wait) return wait;
  const { statusCode: status = 0, code } = error;
  const isNo = status >= 400 && status < 500 && status !== 408 && code !== undefined;
  if (!isNo || isFault(error)) throw asAzureError(error);
  return refusal(code, error.message, status);
}

/** Reads a failed call as an unreadable fact; throws when waiting or a later attempt may cure it. */
export function unreadableOf(error: unknown): Known<never> {
  const answer = answerOf(error);
  if (answer.kind === "refused") return unreadable(`${answer.code}: ${answer.message}`);
  throw new AzureError(answer.why, { status: 429, cause: error });
}

/** Whether Azure says that the resource itself is not there (and not that we may not see it). */
export function isGone(error: unknown): boolean {
  if (!isRestError(error) || error.statusCode !== 404 || !error.code) return false;
  return ["resourcenotfound", "resourcegroupnotfound"].includes(error.code.toLowerCase());
}

/** Whether Azure says that it has no such subscription, and so nothing in it (one we may not see is a 403). */
export const isSubscriptionGone = (error: unknown): boolean =>
  isRestError(error) &&
  error.statusCode === 404 &&
  error.code?.toLowerCase() === "subscriptionnotfound";

/** Parses what Azure answered; an answer of another shape is a fault, named by its path. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join(".") || "the answer";
  throw new AzureError(`${what} cannot be read: ${path}: ${issue?.message ?? "wrong shape"}`);
}

/**
 * Whether our own storage is out of reach: no answer, 408, 429 or 5xx, or it does not let us in.
 * The event that was being handled is innocent then and must be delivered again.
 */
export function isStorageOutage(error: unknown): boolean {
  if (error instanceof AzureError) return isOutage(error.status);
  if (isRestError(error)) return isOutage(error.statusCode ?? null);
  const name = error instanceof Error ? error.name : "";
  return /^(AbortError|AuthenticationError|CredentialUnavailableError)/.test(name);
}

const isOutage = (status: number | null): boolean =>
  status === null || status >= 500 || [401, 403, 408, 429].includes(status);

function waitOf(error: RestError): Wait | null {
  const status = error.statusCode ?? 0;
  const code = error.code ?? "";
  const after = retryAfter(error);
  if (status === 429) return wait(after ?? patience.throttled, `throttled: ${wordsOf(error)}`);
  if (status === 503 && after !== null) return wait(after, `unavailable: ${wordsOf(error)}`);
  if (status === 412) return wait(after ?? patience.changed, "changed meanwhile");
  if (status === 409 && isBusy(code, error.message)) {
    return wait(after ?? patience.busy, `${code}: ${error.message}`);
  }
  return null;
}

const wait = (seconds: number, why: string): Wait => ({
  kind: "wait",
  seconds: Math.max(1, Math.ceil(seconds)),
  why: why.slice(0, 300),
});

/** AKS says OperationNotAllowed, Defender says Conflict; neither code means "busy" alone. */
function isBusy(code: string, message: string): boolean {
  if (/quota/i.test(message)) return false;
  if (/^(OperationNotAllowed|AnotherOperationInProgress|EtagMismatch)$/i.test(code)) return true;
  return /^Conflict/i.test(code) && /another|in progress|retry/i.test(message);
}

/** Seconds that the answer asks to wait; null = it does not say. */
export function retryAfter(error: RestError): number | null {
  return retryAfterOf((name) => error.response?.headers.get(name));
}

/** Reads Retry-After (seconds or a date) and Resource Graph's own quota header. */
export function retryAfterOf(header: (name: string) => string | undefined): number | null {
  const milliseconds = header("retry-after-ms") ?? header("x-ms-retry-after-ms");
  if (milliseconds && Number.isFinite(Number(milliseconds))) return Number(milliseconds) / 1000;
  const value = header("retry-after")?.trim();
  if (value && /^\d+$/.test(value)) return Number(value);
  if (value && !Number.isNaN(Date.parse(value))) {
    return Math.max(1, (Date.parse(value) - Date.now()) / 1000);
  }
  const quota = /^(\d+):(\d+):(\d+)/.exec(header("x-ms-user-quota-resets-after") ?? "");
  if (!quota) return null;
  return Number(quota[1]) * 3600 + Number(quota[2]) * 60 + Number(quota[3]);
}

/** A body that is no JSON (a proxy's page, a cut answer) says nothing about the resource. */
const isFault = (error: RestError): boolean =>
  ["PARSE_ERROR", "REQUEST_SEND_ERROR"].includes(error.code ?? "") || /^\s*</.test(error.message);

/**
 * What may be said of a failed call. Where Azure did not answer in its own terms, the SDKs' message
 * quotes the body, and a fault's message ends up in the platform's log.
 */
function wordsOf({ message, statusCode, response }: RestError): string {
  const body = response?.bodyAsText?.trim().slice(0, 60);
  return body && message.includes(body)
    ? `HTTP ${statusCode ?? "error"}: the answer cannot be read`
    : message;
}

function asAzureError(error: unknown): AzureError {
  if (error instanceof AzureError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!isRestError(error)) return new AzureError(message.slice(0, 1000), { cause: error });
  return new AzureError(wordsOf(error).slice(0, 1000), {
    ...(error.statusCode === undefined ? {} : { status: error.statusCode }),
    ...(error.code === undefined ? {} : { code: error.code }),
    cause: error,
  });
}
