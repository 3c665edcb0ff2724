import { createHttpHeaders, createPipelineRequest, RestError } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  AzureError,
  answerOf,
  isGone,
  isStorageOutage,
  isSubscriptionGone,
  parsed,
  unreadableOf,
} from "../../../shared/azure/errors.ts";

interface Failure {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly headers?: Record<string, string>;
}

function failure({ status, code, message = "no", headers = {} }: Failure): RestError {
  const request = createPipelineRequest({ url: "https://management.azure.com/" });
  return new RestError(message, {
    ...(code === undefined ? {} : { code }),
    ...(status === undefined
      ? {}
      : {
          statusCode: status,
          response: { status, request, headers: createHttpHeaders(headers) },
        }),
    request,
  });
}

describe("an answer of Azure", () => {
  it.each<[string, Failure]>([
    ["a lock", { status: 409, code: "ScopeLocked" }],
    ["a denial", { status: 403, code: "RequestDisallowedByPolicy" }],
    ["a missing right", { status: 403, code: "AuthorizationFailed" }],
    ["an unregistered provider", { status: 409, code: "MissingSubscriptionRegistration" }],
    ["a bad property", { status: 400, code: "PropertyChangeNotAllowed" }],
    ["a quota", { status: 409, code: "OperationNotAllowed", message: "exceeds the quota" }],
    ["a conflict of another kind", { status: 409, code: "Conflict", message: "name is taken" }],
  ])("is a refusal: %s", (_, given) => {
    const { status, code, message = "no" } = given;
    expect(answerOf(failure(given))).toEqual({ kind: "refused", status, code, message });
  });

  it.each<[string, number, Failure]>([
    ["throttled, in seconds", 17, { status: 429, code: "x", headers: { "retry-after": "17" } }],
    ["throttled, without a word", 30, { status: 429 }],
    ["out of queries", 5, { status: 429, headers: { "x-ms-user-quota-resets-after": "00:00:05" } }],
    ["throttled, in milliseconds", 2, { status: 429, headers: { "retry-after-ms": "1500" } }],
    [
      "another plan write",
      60,
      { status: 409, code: "Conflict", message: "Another update operation is in progress" },
    ],
    [
      "another cluster operation",
      60,
      {
        status: 409,
        code: "OperationNotAllowed",
        message: "Another operation (Updating) is in progress",
      },
    ],
    ["changed meanwhile", 5, { status: 412, code: "PreconditionFailed" }],
    ["down for a while", 9, { status: 503, headers: { "retry-after": "9" } }],
  ])("is a wait: %s", (_, seconds, given) => {
    expect(answerOf(failure(given))).toMatchObject({ kind: "wait", seconds });
  });

  it("is a wait until a date", () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const answer = answerOf(failure({ status: 429, headers: { "retry-after": date } }));
    expect(answer).toMatchObject({ kind: "wait" });
    expect(answer.kind === "wait" && answer.seconds).toBeGreaterThan(80);
    expect(answer.kind === "wait" && answer.seconds).toBeLessThanOrEqual(91);
    const past = new Date(Date.now() - 90_000).toUTCString();
    const late = answerOf(failure({ status: 429, headers: { "retry-after": past } }));
    expect(late).toMatchObject({ kind: "wait", seconds: 1 });
  });

  it.each<[string, unknown]>([
    ["the network", failure({ code: "ECONNRESET" })],
    ["a timeout", failure({ status: 408, code: "Timeout" })],
    ["a server error", failure({ status: 500, code: "InternalServerError" })],
    ["unavailable for who knows how long", failure({ status: 503 })],
    ["a cut body", failure({ status: 400, code: "PARSE_ERROR" })],
    ["a proxy's page", failure({ status: 403, message: "<html>blocked</html>" })],
    ["a proxy's page with a code", failure({ status: 403, code: "x", message: " <html>" })],
    ["a mistake of ours", new TypeError("x is undefined")],
  ])("is a fault that is thrown: %s", (_, error) => {
    expect(() => answerOf(error)).toThrow(AzureError);
  });

  it("keeps no more of Azure's words than 1,000 characters", () => {
    const answer = answerOf(failure({ status: 403, code: "x", message: "m".repeat(5000) }));
    expect(answer.kind === "refused" && answer.message.length).toBe(1000);
  });
});

it("knows a resource that is gone from one it may not see", () => {
  expect(isGone(failure({ status: 404, code: "ResourceNotFound" }))).toBe(true);
  expect(isGone(failure({ status: 404, code: "ResourceGroupNotFound" }))).toBe(true);
  expect(isGone(failure({ status: 404, code: "SubscriptionNotFound" }))).toBe(false);
  expect(isGone(failure({ status: 404, code: "InvalidResourceType" }))).toBe(false);
  expect(isGone(failure({ status: 404, code: "NotFound" }))).toBe(false);
  expect(isGone(failure({ status: 403, code: "AuthorizationFailed" }))).toBe(false);
  expect(isGone(failure({ status: 404, message: "<html>not found</html>" }))).toBe(false);
});

it("knows a subscription that is gone from one it may not see", () => {
  expect(isSubscriptionGone(failure({ status: 404, code: "SubscriptionNotFound" }))).toBe(true);
  expect(isSubscriptionGone(failure({ status: 403, code: "SubscriptionNotFound" }))).toBe(false);
  expect(isSubscriptionGone(failure({ status: 404, code: "ResourceNotFound" }))).toBe(false);
});

it("takes a refusal for an unreadable fact, and throws what may pass", () => {
  const no = failure({ status: 403, code: "AuthorizationFailed" });
  expect(unreadableOf(no)).toEqual({ kind: "unreadable", why: "AuthorizationFailed: no" });
  expect(() => unreadableOf(failure({ status: 429 }))).toThrow(AzureError);
});

const body = '{"tags":{"owner":"team@contoso.com"},"properties":{"provisioningState":"Succ';

it.each([
  [
    "cut in the middle",
    200,
    `Error "SyntaxError" occurred while parsing the response body - ${body}.`,
  ],
  ["of another shape", 200, `Error x occurred in deserializing the responseBody - ${body}`],
  ["in no terms of Azure's", 502, body],
  ["that asks to wait", 429, body],
])("quotes nothing of an answer %s", (_, status, message) => {
  const given = failure({ status, message });
  const spoken = () => {
    const answer = answerOf(
      Object.assign(given, { response: { ...given.response, bodyAsText: body } }),
    );
    throw new Error(answer.kind === "wait" ? answer.why : "a refusal");
  };
  expect(spoken).toThrow(`HTTP ${status}: the answer cannot be read`);
  expect(spoken).not.toThrow(/contoso|tags/);
});

it("names the path of what it cannot read", () => {
  const shape = z.object({ properties: z.object({ state: z.string() }) });
  const read = () => parsed(shape, { properties: { state: 1 } }, "cluster prod");
  expect(read).toThrow(/cluster prod cannot be read: properties\.state/);
});

it.each<[boolean, unknown]>([
  [true, failure({})],
  [true, failure({ status: 408 })],
  [true, failure({ status: 429 })],
  [true, failure({ status: 503 })],
  [true, failure({ status: 403, code: "AuthorizationFailure" })],
  [true, Object.assign(new Error("no identity"), { name: "CredentialUnavailableError" })],
  [false, failure({ status: 400, code: "PropertyValueTooLarge" })],
  [false, failure({ status: 409 })],
  [false, new TypeError("x is undefined")],
  [false, "text"],
])("blames storage: %s for %s", (expected, error) => {
  expect(isStorageOutage(error)).toBe(expected);
});
