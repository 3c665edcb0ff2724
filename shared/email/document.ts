import type { Severity } from "../domain/policy.ts";

/** A mail as it reads, before it becomes HTML and plain text; both say the same. */
export interface MailPage {
  /** Heading, such as the name of the cluster. */
  readonly title: string;
  readonly href: string | null;
  /** Beside the heading, such as the case. */
  readonly aside: string;
  /** What a mailbox shows beside the subject line. */
  readonly preheader: string;
  /** The first screen: You, We, If you do nothing. */
  readonly lead: readonly Said[];
  readonly blocks: readonly Block[];
  readonly footer: readonly Row[];
}

/** Who, and what is said about them. */
export interface Said {
  readonly label: string;
  readonly text: string;
}

/** All that is said about one resource; without a heading where a mail has one resource only. */
export interface Block {
  readonly heading: Heading | null;
  readonly sections: readonly Section[];
}

/** The name of a resource, and where its page is. */
export interface Heading {
  readonly title: string;
  readonly href: string | null;
  readonly aside: string;
}

/** Items under one title. */
export interface Section {
  readonly title: string;
  readonly aside: string | null;
  readonly items: readonly Item[];
}

/** What a section holds. */
export type Item = Card | Lines | Rows | Table;

/** One thing to fix, one change, one alert. */
export interface Card {
  readonly kind: "card";
  /** Its number or time. */
  readonly mark: string | null;
  readonly severity: Severity | "Critical" | "Test" | null;
  readonly title: string;
  readonly body: string | null;
  readonly rows: readonly Row[];
}

/** Plain lines. */
export interface Lines {
  readonly kind: "lines";
  readonly lines: readonly string[];
}

/** Named lines that belong to no card. */
export interface Rows {
  readonly kind: "rows";
  readonly rows: readonly Row[];
}

/** Short facts about many resources. */
export interface Table {
  readonly kind: "table";
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A fact in a table, which may lead to a page. */
export interface Cell {
  readonly text: string;
  readonly href: string | null;
}

/** A named line of a card: sentences, something to copy, or a link. */
export type Row =
  | { readonly kind: "prose" | "code"; readonly label: string; readonly lines: readonly string[] }
  | { readonly kind: "link"; readonly label: string; readonly text: string; readonly href: string };

/** A row of sentences. */
export const prose = (label: string, ...lines: readonly string[]): Row => ({
  kind: "prose",
  label,
  lines,
});

/** A row of something to copy. */
export const code = (label: string, lines: readonly string[]): Row => ({
  kind: "code",
  label,
  lines,
});

/** A row with a link, or none without an address. */
export const linked = (label: string, text: string, href: string | null): readonly Row[] =>
  href ? [{ kind: "link", label, text, href }] : [];

/** The section, or none when it has nothing to say. */
export const section = (
  title: string,
  aside: string | null,
  items: readonly Item[],
): readonly Section[] => (items.length > 0 ? [{ title, aside, items }] : []);

/** The first of them, and a line that counts the rest. */
export function firstOf<T>(
  all: readonly T[],
  limit: number,
): { shown: readonly T[]; rest: number } {
  return { shown: all.slice(0, limit), rest: Math.max(0, all.length - limit) };
}

/** Short lines; what does not fit is counted, with what was left out before. */
export function cut(all: readonly string[], limit: number, beyond = 0): Item[] {
  const { shown, rest } = firstOf(all, limit);
  const left = rest + beyond;
  const more = left > 0 ? [`and ${left} more`] : [];
  return shown.length + more.length > 0 ? [{ kind: "lines", lines: [...shown, ...more] }] : [];
}
