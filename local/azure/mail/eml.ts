import type { Message } from "./message.ts";

/** The message as an RFC 5322 file with a text and an HTML part, as mail programs open it. */
export function emlOf(message: Message, facts: { id: string; sentAt: Date }): string {
  const { content, recipients } = message;
  const boundary = `part-${facts.id}`;
  const head = [
    `From: ${message.senderAddress}`,
    addressLine("To", recipients.to),
    addressLine("Cc", recipients.cc),
    addressLine("Reply-To", message.replyTo),
    `Subject: ${encodedWord(content.subject)}`,
    `Date: ${facts.sentAt.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${facts.id}@simulated.communication.azure.com>`,
    "MIME-Version: 1.0",
    ...Object.entries(message.headers).map(
      ([name, value]) => `${oneLine(name)}: ${oneLine(value)}`,
    ),
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ];
  const parts = [part("text/plain", content.plainText), part("text/html", content.html)].filter(
    (one) => one !== null,
  );
  const body = parts.map((one) => `--${boundary}\r\n${one}`).join("\r\n");
  return `${head.filter((line) => line !== null).join("\r\n")}\r\n\r\n${body}\r\n--${boundary}--\r\n`;
}

function part(type: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const encoded = Buffer.from(text, "utf8").toString("base64").replace(/.{76}/g, "$&\r\n");
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
}

function addressLine(
  name: string,
  addresses: readonly { address: string; displayName?: string | undefined }[],
): string | null {
  if (addresses.length === 0) return null;
  const shown = addresses.map(({ address, displayName }) =>
    displayName ? `${encodedWord(displayName)} <${address}>` : address,
  );
  return `${name}: ${shown.join(", ")}`;
}

function encodedWord(text: string): string {
  const line = oneLine(text);
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  return `=?utf-8?B?${Buffer.from(line, "utf8").toString("base64")}?=`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ");
}
