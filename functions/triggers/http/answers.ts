import type { HttpResponseInit } from "@azure/functions";
import type { z } from "zod";

/** Something wrong with a request: where, and what to send instead. */
export interface RequestMistake {
  /** Such as `body.until` or `query.from`. */
  readonly path: string;
  readonly message: string;
}

const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** An answer in JSON. */
export const json = (status: number, body: unknown): HttpResponseInit => ({
  status,
  jsonBody: body,
  headers,
});

/** An answer in text of another kind. */
export const text = (
  contentType: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): HttpResponseInit => ({
  status: 200,
  body,
  headers: { ...headers, "content-type": contentType, ...more },
});

/** A no, with its reason in words. */
export const refuse = (status: number, code: string, message: string): HttpResponseInit =>
  json(status, { error: { code, message } });

/** A no to a request that is wrong, with every mistake. */
export const refuseMistakes = (mistakes: readonly RequestMistake[]): HttpResponseInit =>
  json(400, {
    error: { code: "BadRequest", message: "the request has mistakes", mistakes },
  });

/** The mistakes that a schema found, by path below `root`. */
export const mistakesOf = (root: string, error: z.ZodError): readonly RequestMistake[] =>
  error.issues.flatMap((issue) => {
    const path = [root, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
    const whole = issue.path.length === 0 && issue.code === "invalid_type";
    return [{ path, message: whole ? "send a JSON object" : issue.message.slice(0, 500) }];
  });

const unknownKey = (path: string, key: string): RequestMistake => ({
  path: `${path}.${key.slice(0, 100)}`,
  message: "is not known here: take it out, or see docs/http.md for its name",
});

/** What a schema makes of a part of the request, or the answer that names its mistakes. */
export function parsePart<T>(
  root: string,
  schema: z.ZodType<T>,
  value: unknown,
):
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "no"; readonly answer: HttpResponseInit } {
  const result = schema.safeParse(value);
  return result.success
    ? { kind: "ok", value: result.data }
    : { kind: "no", answer: refuseMistakes(mistakesOf(root, result.error)) };
}
