const made: unique symbol = Symbol("html");

/** Markup that is safe to send: only `html` makes it. */
export interface Html {
  readonly html: string;
  readonly [made]: true;
}

/** What `html` takes: markup stays, lists are joined, nothing is left out, all else is escaped. */
export type HtmlPart = Html | string | number | null | false | readonly HtmlPart[];

/** Writes markup and escapes everything that is put into it, for text and for quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const text = strings.reduce((sofar, next, place) => {
    return `${sofar}${rendered(parts[place - 1] ?? null)}${next}`;
  });
  return { html: text, [made]: true };
}

function rendered(part: HtmlPart): string {
  if (part === null || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  if (isList(part)) return part.map(rendered).join("");
  return part[made] ? part.html : "";
}

const isList = (part: Html | readonly HtmlPart[]): part is readonly HtmlPart[] =>
  Array.isArray(part);

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? "");
