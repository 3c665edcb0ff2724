import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TypedData } from "../../../local/host/core-shim.ts";
import type { HostRequest } from "../../../local/host/http-message.ts";
import { httpData } from "../../../local/host/http-triggers.ts";
import type { RetryContext } from "../../../local/host/invoker.ts";
import { activityInput } from "../../../local/host/rpc-codec.ts";
import { manualInput } from "../../../local/host/triggers.ts";
import { type InProcessApp, loadRecordedApp } from "./in-process-app.ts";
import { readRecording, recordingNames } from "./recordings.ts";

type RecordedBytes = { readonly $text?: string; readonly $base64?: string };
interface Recorded {
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Record<string, TypedData>;
    readonly retryContext: RetryContext | null;
  };
  readonly seenByHandler?: {
    readonly triggerMetadata: unknown;
    readonly retryContext?: unknown;
    readonly input: unknown;
  };
  readonly response: {
    readonly returnValue?: unknown;
    readonly result: { readonly status: number; readonly exception?: { readonly message: string } };
  };
}

/** They call the durable client, which is not there in these tests, or sleep for seconds. */
const elsewhere = new Set(["start", "op", "egStart", "sleepA", "slowLog"]);
const files = recordingNames("payloads").filter(
  (name) => !name.startsWith("_") && !elsewhere.has(name),
);
const folder = mkdtempSync(join(tmpdir(), "codec-"));
const notes = join(folder, "notes");

function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  const { $text, $base64 } = value as RecordedBytes;
  if ($text !== undefined) return Buffer.from($text);
  if ($base64 !== undefined) return Buffer.from($base64, "base64");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
}

/** Values as JSON would keep them, bytes of any kind as hexadecimal text. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Number.isNaN(value)) return null;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}

describe("values between host and library", () => {
  let recorded: InProcessApp;
  beforeAll(async () => {
    process.env["RECORDER_FILE"] = notes;
    recorded = await loadRecordedApp(() => "{}");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = async (name: string, { request }: Recorded) => {
    writeFileSync(notes, "");
    const { inputData, triggerMetadata, retryContext } = request;
    const invocation = {
      fn: recorded.fn(name).registered,
      trigger: revive(inputData[0]?.data) as TypedData,
      triggerMetadata,
      retryContext: retryContext ?? undefined,
    };
    const answer = await recorded.invoke(invocation).then(
      (returnValue) => ({ returnValue }),
      (error: Error) => ({ message: error.message }),
    );
    const seen = readFileSync(notes, "utf8").split("\n")[0] ?? "";
    return { answer, seen: seen === "" ? undefined : JSON.parse(seen) };
  };

  it.each(files)("hands %s what the real host did and takes its answer", async (name) => {
    for (const call of readRecording<Recorded[]>(`payloads/${name}.json`)) {
      const { answer, seen } = await run(name, call);
      const { seenByHandler, response } = call;
      const { exception } = response.result;
      if (exception) expect(answer).toEqual({ message: exception.message });
      else expect(plain(answer)).toEqual(plain({ returnValue: revive(response.returnValue) }));
      if (!seenByHandler) continue;
      expect(seen.triggerMetadata).toEqual(seenByHandler.triggerMetadata);
      expect(seen.input).toEqual(seenByHandler.input);
      if ("retryContext" in seenByHandler)
        expect(seen.retryContext).toEqual(seenByHandler.retryContext);
    }
  });

  const activities = files.filter((name) =>
    readRecording<Recorded[]>(`payloads/${name}.json`).some(({ request }) => isActivity(request)),
  );

  it.each(activities)("builds what activity %s was handed", (name) => {
    for (const { request } of readRecording<Recorded[]>(`payloads/${name}.json`)) {
      if (!isActivity(request)) continue;
      const { inputData, triggerMetadata } = request;
      const [bound] = inputData;
      if (!bound) throw new Error("An activity has a trigger.");
      const { data, instanceId } = triggerMetadata;
      const input = data?.json ?? bound.data.string ?? null;
      const spoofed = instanceId?.string === "spoof";
      const built = activityInput({
        instanceId: spoofed ? "r1-inputs" : (instanceId?.string ?? ""),
        input,
        bindingName: bound.name,
      });
      expect(built).toEqual({ trigger: bound.data, triggerMetadata });
    }
  });

  it.each(["eg", "egFail", "manual"])("builds what %s was handed", (name) => {
    const fn = recorded.fn(name);
    for (const { request } of readRecording<Recorded[]>(`payloads/${name}.json`)) {
      const [bound] = request.inputData;
      const byHand = request.triggerMetadata[fn.bindingName];
      if (!bound || !byHand) continue;
      const built = manualInput(fn, byHand.string ?? "");
      const { triggerMetadata } = request;
      expect(built).toEqual({ trigger: bound.data, triggerMetadata });
    }
  });

  it.each(["echo", "hello", "secure", "boom", "aLit"])("builds the request of %s", (name) => {
    for (const { request } of readRecording<Recorded[]>(`payloads/${name}.json`)) {
      const http = revive(request.inputData[0]?.data.http) as RecordedHttp;
      const built = httpData(requestOf(http), valuesOf(http.nullableParams)).http;
      const { identities, cookies, statusCode, enableContentNegotiation, rawBody, ...rest } = http;
      expect(built).toEqual(isEmptyGetBody(http) ? { ...rest, body: null } : rest);
    }
  });
});

interface RecordedHttp {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: Record<string, { readonly value: string }>;
  readonly nullableParams: Record<string, { readonly value: string }>;
  readonly body: { readonly bytes?: Buffer } | null;
  readonly [rest: string]: unknown;
}

const isEmptyGetBody = ({ body }: RecordedHttp): boolean => body?.bytes?.length === 0;

function isActivity({ inputData }: Recorded["request"]): boolean {
  return inputData[0]?.name.startsWith("activityTrigger") === true;
}

function valuesOf(values: Record<string, { readonly value: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));
}

function requestOf({ method, url, nullableHeaders, body }: RecordedHttp): HostRequest {
  const { origin, pathname, search } = new URL(url);
  return {
    method,
    origin,
    target: url.slice(origin.length),
    path: pathname,
    query: new URLSearchParams(search),
    headers: valuesOf(nullableHeaders),
    body: body?.bytes ?? Buffer.alloc(0),
  };
}
