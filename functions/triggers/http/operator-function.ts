import type {
  HttpMethod,
  HttpRequest,
  HttpResponseInit,
  InvocationContext,
} from "@azure/functions";
import { input } from "durable-functions";
import { nameOfFault } from "../../../shared/domain/fault-name.ts";
import type { FunctionApp, TriggerDependencies } from "../dependencies.ts";
import { type Runs, runsOf } from "../runs.ts";
import { createWatch } from "../watch.ts";
import { refuse } from "./answers.ts";
import { admit } from "./auth.ts";

/** A request that was let in. */
export interface OperatorCall {
  readonly request: HttpRequest;
  /** The JSON of the body; undefined when there is none. */
  readonly body: unknown;
  /** Who calls. */
  readonly by: string;
  readonly runs: Runs;
  readonly now: Date;
}

/** An HTTP function for people who run the guardrail. */
export interface OperatorFunction {
  readonly name: string;
  readonly route: string;
  readonly methods: HttpMethod[];
  handle(call: OperatorCall): Promise<HttpResponseInit>;
}

const longestBody = 64 * 1024;

/** Registers an HTTP function: reading wants the role Reader, everything else Operator. */
export function registerOperatorFunction(
  app: FunctionApp,
  deps: TriggerDependencies,
  { name, route, methods, handle }: OperatorFunction,
): void {
  const watch = createWatch(deps);
  app.http(name, {
    route,
    methods,
    authLevel: deps.settings.httpAuth === "key" ? "function" : "anonymous",
    extraInputs: [input.durableClient()],
    handler: async (request, context) => {
      const admission = admit(request, deps.settings, roleFor(request.method));
      if (admission.kind === "refused") {
        const code = admission.status === 401 ? "Unauthorized" : "Forbidden";
        return refuse(admission.status, code, admission.message);
      }
      const read = await readBody(request);
      if (read.kind === "no") return read.answer;
      const runs = runsOf(deps, context);
      const call = { request, body: read.body, by: admission.by, runs, now: deps.now() };
      const answer = await answerOf(() => handle(call), deps, { name, context });
      await watch.arrived(null, { runs, context });
      return answer;
    },
  });
}

const roleFor = (method: string) => (method === "GET" ? "Reader" : "Operator");

async function answerOf(
  handle: () => Promise<HttpResponseInit>,
  { isStorageOutage }: Pick<TriggerDependencies, "isStorageOutage">,
  { name, context }: { readonly name: string; readonly context: InvocationContext },
): Promise<HttpResponseInit> {
  try {
    return await handle();
  } catch (error) {
    context.error(`${name}: ${nameOfFault(error)}`);
    if (!isStorageOutage(error)) {
      return refuse(
        500,
        "Fault",
        `something went wrong; look for ${context.invocationId} in the log`,
      );
    }
    const answer = refuse(503, "StorageOutage", "storage does not answer; try again in a minute");
    return { ...answer, headers: { ...answer.headers, "retry-after": "60" } };
  }
}

type Read =
  | { readonly kind: "ok"; readonly body: unknown }
  | { readonly kind: "no"; readonly answer: HttpResponseInit };

async function readBody(request: HttpRequest): Promise<Read> {
  if (request.method === "GET") return { kind: "ok", body: undefined };
  const announced = Number(request.headers.get("content-length") ?? 0);
  const tooLong = refuse(413, "TooLong", "body: send at most 64 KB");
  if (announced > longestBody) return { kind: "no", answer: tooLong };
  const text = await request.text();
  if (Buffer.byteLength(text) > longestBody) return { kind: "no", answer: tooLong };
  if (text.trim() === "") return { kind: "ok", body: undefined };
  try {
    return { kind: "ok", body: JSON.parse(text) };
  } catch {
    return { kind: "no", answer: refuse(400, "NotJson", "body: send JSON") };
  }
}
