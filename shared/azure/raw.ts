import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  RestError,
} from "@azure/core-rest-pipeline";

/** A request whose body and answer are plain JSON, outside the SDK's model. */
export interface RawRequest {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer of success. */
export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
  header(name: string): string | undefined;
}

/** Sends through an SDK client's own pipeline; throws RestError as the SDK itself would. */
export type RawSender = (request: RawRequest) => Promise<RawAnswer>;

/**
 * For what an SDK's model would drop (properties it does not know) or cannot say (other API
 * versions): same credential, user agent and way out, but JSON as it is.
 */
export function createRawSender(pipeline: Pipeline, httpClient: HttpClient): RawSender {
  return async ({ method, url, headers = {}, body }) => {
    const request = createPipelineRequest({
      method,
      url,
      headers: createHttpHeaders({ accept: "application/json", ...headers }),
    });
    if (body !== undefined) {
      request.headers.set("content-type", "application/json; charset=utf-8");
      request.body = JSON.stringify(body);
    }
    const response = await pipeline.sendRequest(httpClient, request);
    const text = response.bodyAsText ?? "";
    const parsed = parseJson(text);
    if (response.status >= 400 || !parsed.ok) {
      const { code, message } = errorOf(parsed.value);
      throw new RestError(message ?? `${method} answered ${response.status}`, {
        ...(parsed.ok ? (code === undefined ? {} : { code }) : { code: RestError.PARSE_ERROR }),
        statusCode: response.status,
        request,
        response,
      });
    }
    return {
      status: response.status,
      body: parsed.value,
      header: (name) => response.headers.get(name),
    };
  };
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; value: null } {
  if (text.trim() === "") return { ok: true, value: null };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, value: null };
  }
}

function errorOf(body: unknown): { code?: string; message?: string } {
  if (typeof body !== "object" || body === null) return {};
  const error: unknown = "error" in body ? body.error : body;
  if (typeof error !== "object" || error === null) return {};
  return {
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...("message" in error && typeof error.message === "string" ? { message: error.message } : {}),
  };
}
