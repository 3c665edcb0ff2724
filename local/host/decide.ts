import type { Command } from "./actions.ts";
import { orchestratorFailure } from "./failures.ts";
import type { TerminalStatus } from "./history.ts";
import type { OrchestratorAnswer } from "./orchestrator.ts";
import type { Replayed } from "./replay.ts";

/** What becomes of an instance after one turn. */
export type Verdict =
  | { readonly kind: "goOn"; readonly commands: readonly Command[] }
  | { readonly kind: "continueAsNew"; readonly input: string | null }
  | {
      readonly kind: "end";
      readonly status: TerminalStatus;
      /** JSON text of the result; null for none. */
      readonly result: string | null;
      readonly failure: { readonly reason: string; readonly details: string } | null;
    };

const statusLimit = 16 * 1024;
const payloadLimit = 1024 * 1024;

/** Decides what becomes of an instance: terminated, failed, done or going on, in this order. */
export function decide(name: string, answer: OrchestratorAnswer, replayed: Replayed): Verdict {
  if (replayed.terminated) {
    const { reason } = replayed.terminated;
    return {
      kind: "end",
      status: "Terminated",
      result: reason === null ? null : JSON.stringify(reason),
      failure: { reason: reason ?? "", details: "" },
    };
  }
  const broken = replayed.failure ?? tooBig(answer, replayed);
  if (broken !== null) {
    const nonDeterministic = broken.startsWith("Non-Deterministic workflow detected");
    return failed(nonDeterministic ? broken : orchestratorFailure(name, broken), broken);
  }
  if (answer.error !== null && replayed.finished) {
    return failed(orchestratorFailure(name, answer.error), answer.error);
  }
  if (answer.isDone && replayed.continueAsNew) {
    return { kind: "continueAsNew", input: JSON.stringify(replayed.continueAsNew.input) ?? null };
  }
  if (answer.isDone && replayed.finished) {
    const result = JSON.stringify(answer.output) ?? null;
    return { kind: "end", status: "Completed", result, failure: null };
  }
  return { kind: "goOn", commands: replayed.scheduled };
}

function failed(output: string, error: string): Verdict {
  const details = `Message: ${error}, StackTrace: (embedded host)`;
  const result = JSON.stringify(output);
  return { kind: "end", status: "Failed", result, failure: { reason: output, details } };
}

/** JSON text of the custom status; undefined when there is none or it is too big to be kept. */
export function customStatusText({ customStatus }: OrchestratorAnswer): string | undefined {
  const text = JSON.stringify(customStatus);
  return text === undefined || 2 * text.length > statusLimit ? undefined : text;
}

function tooBig(answer: OrchestratorAnswer, { scheduled }: Replayed): string | null {
  const status = 2 * (JSON.stringify(answer.customStatus) ?? "").length;
  if (status > statusLimit) {
    return `The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is ${Math.floor(status / 1024)} KB.`;
  }
  const payloads = scheduled.flatMap((command) =>
    command.kind === "timer" ? [] : [command.input],
  );
  const big = [answer.output, ...payloads].find(
    (value) => (JSON.stringify(value) ?? "").length > payloadLimit,
  );
  return big === undefined ? null : "An input or output is larger than 1 MB: pass an id instead.";
}
