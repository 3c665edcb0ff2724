import type { Block, Card, Item, MailPage, Row, Said, Section, Table } from "./document.ts";

const width = 96;

/** The plain-text part of a mail: all that its HTML says. */
export function renderText(page: MailPage): string {
  const parts = [
    [heading(page)],
    said(page.lead),
    ...page.blocks.map(block),
    page.footer.flatMap((row) => footerRow(row)),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

const heading = ({ title, aside, href }: Pick<MailPage, "title" | "aside" | "href">): string =>
  [`${title}${aside ? `  (${aside})` : ""}`, ...(href ? [href] : [])].join("\n");

function said(lead: readonly Said[]): string[] {
  return lead.flatMap(({ label, text }) => {
    const start = label.length > 4 ? `${label}: ` : `${label}:`.padEnd(6);
    return wrapped(text, start, "      ");
  });
}

function block({ heading: head, sections }: Block): string[] {
  const body = sections.map((part) => sectionText(part).join("\n")).join("\n\n");
  if (!head) return [body];
  return [`== ${head.title}  (${head.aside})`, ...(head.href ? [head.href] : []), "", body];
}

function sectionText({ title, aside, items }: Section): string[] {
  const head = `${title.toUpperCase()}${aside ? `, ${aside}` : ""}`;
  return [...wrapped(head, "", "  "), ...items.flatMap(item)];
}

function item(one: Item): string[] {
  if (one.kind === "card") return card(one);
  if (one.kind === "table") return table(one);
  if (one.kind === "rows") return one.rows.flatMap((row) => cardRow(row, ""));
  return one.lines.flatMap((line) => wrapped(line, "", "  "));
}

function card({ mark, severity, title, body, rows }: Card): string[] {
  const number = mark ? `${mark} `.padEnd(3) : "";
  const level = severity ? `${severity.toUpperCase()} `.padEnd(8) : "";
  const indent = " ".repeat(number.length === 0 ? 2 : number.length);
  const words = body ? `${title}${/[.!?]$/.test(title) ? "" : "."} ${body}` : title;
  return [
    ...wrapped(words, `${number}${level}`, indent),
    ...rows.flatMap((row) => cardRow(row, indent)),
  ];
}

function cardRow(row: Row, indent: string): string[] {
  const start = `${indent}${`${row.label} `.padEnd(10)}`;
  const hanging = " ".repeat(start.length);
  if (row.kind === "link") return [`${start}${labelled(row)}`];
  return row.lines.flatMap((line, place) => {
    const first = place === 0 ? start : hanging;
    return row.kind === "code" ? [`${first}${line}`] : wrapped(line, first, hanging);
  });
}

function footerRow(row: Row): string[] {
  const label = row.label ? `${row.label.toUpperCase()} ` : "";
  if (row.kind === "link") return [`${label}${labelled(row)}`];
  return row.lines.flatMap((line, place) => {
    const first = place === 0 ? label : "  ";
    return row.kind === "code" ? [`${first}${line}`] : wrapped(line, first, "  ");
  });
}

/** The address once, also where it is its own text. */
const labelled = ({ text, href }: { text: string; href: string }): string =>
  text === href ? href : `${text}: ${href}`;

function table({ head, rows }: Table): string[] {
  const body = rows.map((row) => row.map(({ text }) => text));
  const widths = head.map((name, place) =>
    Math.max(name.length, ...body.map((row) => row[place]?.length ?? 0)),
  );
  const lineOfCells = (cells: readonly string[]) =>
    `  ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join("  ")}`.trimEnd();
  return [head, ...body].map(lineOfCells);
}

function wrapped(text: string, first: string, hanging: string): string[] {
  const done: string[] = [];
  let current = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && current.length + 1 + word.length > width) {
      done.push(current.trimEnd());
      current = hanging;
      empty = true;
    }
    current = empty ? `${current}${word}` : `${current} ${word}`;
    empty = false;
  }
  return [...done, current.trimEnd()];
}
