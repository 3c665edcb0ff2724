import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emlOf } from "./eml.ts";
import type { Message } from "./message.ts";

/** A mail that was accepted for delivery. */
export interface Mail {
  /** Counts from 1. */
  readonly number: number;
  readonly operationId: string;
  readonly sentAt: string;
  readonly message: Message;
  /** File name without its ending; null when no folder is given. */
  readonly file: string | null;
}

/** Where all mail ends up. */
export interface Mailbox {
  readonly mails: readonly Mail[];
  put(message: Message, facts: { operationId: string; sentAt: Date }): Mail;
}

/** Builds a mailbox; each mail becomes an .eml, an .html and a .txt file in `folder`, if there is one. */
export function createMailbox(folder: string | undefined): Mailbox {
  const mails: Mail[] = [];
  if (folder !== undefined) mkdirSync(folder, { recursive: true });

  return {
    mails,
    put(message, { operationId, sentAt }) {
      const number = mails.length + 1;
      const file = folder === undefined ? null : fileName(number, message);
      const mail: Mail = { number, operationId, sentAt: sentAt.toISOString(), message, file };
      mails.push(mail);
      if (folder !== undefined && file !== null) {
        const path = join(folder, file);
        writeFileSync(`${path}.eml`, emlOf(message, { id: operationId, sentAt }));
        writeFileSync(`${path}.html`, message.content.html ?? "");
        writeFileSync(`${path}.txt`, message.content.plainText ?? "");
      }
      return mail;
    },
  };
}

function fileName(number: number, { recipients }: Message): string {
  const first = [...recipients.to, ...recipients.cc, ...recipients.bcc][0]?.address ?? "nobody";
  const local = first.split("@")[0]?.replace(/[^A-Za-z0-9._-]/g, "_") ?? "nobody";
  return `${String(number).padStart(2, "0")}-${local}`;
}
