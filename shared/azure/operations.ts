import { isRestError } from "@azure/core-rest-pipeline";
import * as z from "zod";
import { answerOf, parsed, refusal, retryAfterOf } from "./errors.ts";
import type { OperationState } from "./ports.ts";
import type { RawAnswer, RawSender } from "./raw.ts";
import { armOrigin } from "./read-only.ts";

/** Seconds between two looks at an operation where Azure does not say. */
const pollSeconds = 30;

const Failure = z.object({ code: z.string().nullish(), message: z.string().nullish() });
const Status = z.looseObject({
  status: z.string().nullish(),
  error: Failure.nullish(),
  properties: z.looseObject({ provisioningState: z.string().nullish() }).nullish(),
});

/** The address at which an accepted write can be followed, and when to look first. */
export function followUp(answer: RawAnswer): { address: string | null; seconds: number } {
  return {
    address: answer.header("azure-asyncoperation") ?? answer.header("location") ?? null,
    seconds: secondsOf(answer),
  };
}

/** Azure's no to the question says nothing about the operation. */
const unasked: readonly (number | undefined)[] = [401, 403, 404, 410];

/**
 * Looks once at a long-running operation; never at an address outside Azure Resource Manager. Where
 * it may not be looked at, it is lost, and the resource itself must tell.
 */
export async function pollOperation(send: RawSender, address: string): Promise<OperationState> {
  if (!URL.canParse(address) || new URL(address).origin !== armOrigin) return { kind: "lost" };
  try {
    return stateOf(await send({ method: "GET", url: address }));
  } catch (error) {
    const status = isRestError(error) ? error.statusCode : undefined;
    if (unasked.includes(status)) return { kind: "lost" };
    return answerOf(error);
  }
}

function stateOf(answer: RawAnswer): OperationState {
  const running = { kind: "running", seconds: secondsOf(answer) } as const;
  if (answer.status === 202 && answer.body === null) return running;
  const body = parsed(Status.nullable(), answer.body, "the operation's status");
  const status = body?.status ?? body?.properties?.provisioningState;
  if (!status) return answer.status === 202 ? running : { kind: "succeeded" };
  if (/^succeeded$/i.test(status)) return { kind: "succeeded" };
  if (!/^(failed|canceled|cancelled)$/i.test(status)) return running;
  const { code, message } = body?.error ?? {};
  return refusal(code ?? status, message ?? `the operation ended as ${status}`);
}

const secondsOf = (answer: RawAnswer): number =>
  Math.max(1, Math.ceil(retryAfterOf(answer.header) ?? pollSeconds));
