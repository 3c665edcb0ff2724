import { isRestError } from "@azure/core-rest-pipeline";
import * as z from "zod";
import type { Message } from "../domain/notice.ts";
import type { AzureConfig, Clients } from "./clients.ts";
import { answerOf, parsed, refusal } from "./errors.ts";
import type { MailGateway, MailState } from "./ports.ts";

const apiVersion = "2025-09-01";

const Operation = z.object({
  status: z.string(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

const noEndpoint = refusal("MailNotConfigured", "Set GUARDRAIL_MAIL_ENDPOINT to send mail.");
const noSender = refusal("MailNotConfigured", "Set mail.from in guardrail.json to send mail.");

/** Azure Communication Services email. */
export function createMailGateway(clients: Clients, config: AzureConfig["mail"]): MailGateway {
  return {
    async send(message, operationId) {
      const email = await clients.email();
      if (!email) return noEndpoint;
      if (config.from === null) return noSender;
      return sendOnce((options) =>
        email.client.beginSend(toSend(message, config.from ?? "", config.replyTo), {
          operationId,
          ...options,
        }),
      );
    },

    async status(operationId) {
      const email = await clients.email();
      if (!email) return noEndpoint;
      const path = `/emails/operations/${encodeURIComponent(operationId)}`;
      const url = `${email.origin}${path}?api-version=${apiVersion}`;
      try {
        const { body } = await email.raw({ method: "GET", url });
        return stateOf(parsed(Operation, body, "the mail's status"));
      } catch (error) {
        if (isRestError(error) && error.statusCode === 404) return { kind: "unknown" };
        return answerOf(error);
      }
    },
  };
}

/**
 * The SDK looks at the operation as soon as it is accepted, and the service allows few looks an
 * hour: that first look is called off.
 */
async function sendOnce(
  begin: (options: SendOptions) => Promise<unknown>,
): Promise<{ kind: "accepted" } | ReturnType<typeof answerOf>> {
  const callOff = new AbortController();
  let accepted = false;
  try {
    await begin({
      abortSignal: callOff.signal,
      onResponse: ({ status }) => {
        accepted = status === 202 || status === 200;
        if (accepted) callOff.abort();
      },
    });
    return { kind: "accepted" };
  } catch (error) {
    return accepted ? { kind: "accepted" } : answerOf(error);
  }
}

interface SendOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: { readonly status: number }) => void;
}

const toSend = (message: Message, from: string, replyTo: string | null) => ({
  senderAddress: from,
  content: {
    subject: oneLine(message.subject),
    plainText: message.text,
    html: message.html,
  },
  recipients: { to: message.to.map((address) => ({ address: oneLine(address) })) },
  ...(replyTo === null ? {} : { replyTo: [{ address: replyTo }] }),
  disableUserEngagementTracking: true,
});

/** Text from outside must not start a header of its own. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

function stateOf({ status, error }: z.output<typeof Operation>): MailState {
  if (/^succeeded$/i.test(status)) return { kind: "sent" };
  if (!/^(failed|canceled|cancelled)$/i.test(status)) return { kind: "running" };
  const message = error?.message ?? `the mail ended as ${status}`;
  return { kind: "failed", code: error?.code ?? status, message: message.slice(0, 1000) };
}
