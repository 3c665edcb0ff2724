import { z } from "zod";
import { badRequest } from "../arm-fault.ts";
import type { Json } from "../json.ts";

const Address = z.object({ address: z.email(), displayName: z.string().optional() });

/** A message as Communication Services takes it (Azure documentation, "Service limits of Communication Services"). */
const Message = z.object({
  senderAddress: z.email(),
  content: z
    .object({
      subject: z.string().min(1),
      plainText: z.string().optional(),
      html: z.string().optional(),
    })
    .refine((content) => content.plainText !== undefined || content.html !== undefined, {
      error: "needs plainText or html",
    }),
  recipients: z
    .object({
      to: z.array(Address).default([]),
      cc: z.array(Address).default([]),
      bcc: z.array(Address).default([]),
    })
    .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length > 0, {
      error: "needs at least one recipient",
    })
    .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length <= 50, {
      error: "takes at most 50 recipients",
    }),
  replyTo: z.array(Address).default([]),
  headers: z.record(z.string(), z.string()).default({}),
});
export type Message = z.infer<typeof Message>;

/** Reads a message. Throws a 400 that names the field. */
export function readMessage(body: Json | undefined): Message {
  const result = Message.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw badRequest(`Invalid message: ${issue?.path.join(".")}: ${issue?.message}.`, "BadRequest");
}
