import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from "@azure/core-rest-pipeline";
import { AzureError, readOnlyCode } from "./errors.ts";
import { armOrigin, isRead } from "./read-only.ts";

/** A request that has no whole answer after this long is a fault, unless the rules say otherwise. */
const usualTimeout = 60;

/** What the HTTP client of all gateways may reach. */
export interface HttpRules {
  /** `https://origin` -> `http://127.0.0.1:port`: requests to the one are sent to the other. */
  readonly localRoutes: Readonly<Record<string, string>>;
  /** Refuse every request that is not a read, before it is sent. */
  readonly readOnly: boolean;
  /** Seconds after which a request that has no whole answer is a fault; absent = 60. */
  readonly timeout?: number;
}

/**
 * The one way out to Azure. SDKs refuse to send a token over http, so they keep their https
 * addresses and local routes are applied below them.
 */
export function createHttpClient(rules: HttpRules, inner = createDefaultHttpClient()): HttpClient {
  return {
    async sendRequest(request) {
      const { origin } = new URL(request.url);
      const local = rules.localRoutes[origin];
      const guarded = origin === armOrigin || local === undefined;
      if (rules.readOnly && guarded && !isRead(request.method, request.url)) {
        const what = `${request.method} ${request.url.split("?")[0]}`;
        throw new AzureError(`read-only: ${what} was not sent`, { code: readOnlyCode });
      }
      const seconds = rules.timeout ?? usualTimeout;
      if (!request.timeout) request.timeout = seconds * 1000;
      const sent =
        local === undefined ? inner.sendRequest(request) : sendElsewhere(inner, request, local);
      const answer = await sent.catch((error: unknown) => {
        throw isTimeout(error, request) ? tooLate(request, error) : error;
      });
      refusePage(answer);
      return answer;
    },
  };
}

/** The library tells a time-out as an abort; ours come with a signal. */
function isTimeout(error: unknown, { abortSignal }: PipelineRequest): boolean {
  return error instanceof Error && error.name === "AbortError" && !abortSignal?.aborted;
}

function tooLate({ timeout }: PipelineRequest, cause: unknown): AzureError {
  return new AzureError(`timed out: no answer in ${timeout / 1000} seconds`, { cause });
}

/** Azure answers in JSON. SDKs take a success of another kind, such as a proxy's page, for an empty one. */
function refusePage(response: PipelineResponse): void {
  const { status, headers, request } = response;
  const type = headers.get("content-type") ?? "application/json";
  if (status < 200 || status > 299 || /\bjson\b/i.test(type)) return;
  if ((response.bodyAsText ?? "").trim() === "") return;
  throw new RestError("The answer is no JSON.", {
    code: RestError.PARSE_ERROR,
    statusCode: status,
    request,
    response,
  });
}

async function sendElsewhere(inner: HttpClient, request: PipelineRequest, local: string) {
  const { url } = request;
  const { pathname, search } = new URL(url);
  request.url = `${local.replace(/\/$/, "")}${pathname}${search}`;
  request.allowInsecureConnection = true;
  try {
    return await inner.sendRequest(request);
  } finally {
    request.url = url;
  }
}
