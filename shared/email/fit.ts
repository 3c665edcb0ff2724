import type { Message } from "../domain/notice.ts";
import type { MailPage } from "./document.ts";
import { renderHtml } from "./layout.ts";
import { renderText } from "./text.ts";

/** How much of everything a mail shows; what is left out is counted in it. */
export interface Detail {
  /** Resources told in full; the rest is a table. */
  readonly cases: number;
  /** Cards of one resource in one section. */
  readonly cards: number;
  /** Short lines after the cards. */
  readonly lines: number;
  readonly tableRows: number;
}

/** Gmail cuts a mail at 102 KB. */
const mostBytes = 90 * 1024;

const details: readonly Detail[] = [
  { cases: 5, cards: 12, lines: 20, tableRows: 50 },
  { cases: 5, cards: 8, lines: 12, tableRows: 40 },
  { cases: 5, cards: 5, lines: 8, tableRows: 30 },
  { cases: 5, cards: 3, lines: 6, tableRows: 20 },
  { cases: 5, cards: 2, lines: 3, tableRows: 10 },
  { cases: 5, cards: 1, lines: 2, tableRows: 5 },
  { cases: 3, cards: 1, lines: 2, tableRows: 25 },
  { cases: 3, cards: 1, lines: 1, tableRows: 5 },
  { cases: 1, cards: 1, lines: 1, tableRows: 3 },
];

/** The mail with as much detail as fits into 90 KB of HTML. */
export function fitted(
  head: Pick<Message, "to" | "subject">,
  page: (detail: Detail) => MailPage,
): Message {
  const encoder = new TextEncoder();
  let message: Message = { ...head, text: "", html: "" };
  for (const detail of details) {
    const content = page(detail);
    message = { ...head, text: renderText(content), html: renderHtml(content) };
    if (encoder.encode(message.html).length <= mostBytes) break;
  }
  return message;
}
