import type {
  Block,
  Card,
  Cell,
  Heading,
  Item,
  Lines,
  MailPage,
  Row,
  Said,
  Section,
  Table,
} from "./document.ts";
import { type Html, html } from "./html.ts";

/** Every rule is inline, so that it works where a mail program drops the head. */
const font = "font-family:Segoe UI,Helvetica,Arial,sans-serif";
const ink = "color:#1f2328";
const dim = "color:#59636e";
const blue = "color:#0a5fb4";
const body = `${font};font-size:15px;line-height:22px;${ink}`;
const small = `${font};font-size:13px;line-height:19px;${dim}`;
const mono = "font-family:Consolas,Menlo,Liberation Mono,monospace;font-size:13px;line-height:19px";
const plain = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';

/** Colours that stay readable when a mail program turns light into dark by itself. */
const badges: Readonly<Record<string, string>> = {
  Critical: "#7a1710",
  High: "#b42318",
  Medium: "#9a5b00",
  Low: "#3b5b8c",
  Informational: "#59636e",
  Test: "#6b3fa0",
};

const styles = `:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0;width:100%;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%}
table{border-collapse:collapse}
a{text-decoration:underline}
@media (max-width:540px){
.pad{padding-left:16px!important;padding-right:16px!important}
.k,.v{display:block!important;width:auto!important}
.k{padding:8px 0 1px!important}
.v{padding-top:0!important}
.h{font-size:20px!important}
}
@media (prefers-color-scheme:dark){
.bg{background-color:#0f1419!important}
.sheet{background-color:#171c22!important;border-color:#2b323b!important}
.box{background-color:#1f262e!important}
.t{color:#e6e9ec!important}
.d{color:#a5afba!important}
a.a{color:#77b3f0!important}
.r{border-color:#2f3842!important}
}
[data-ogsc] .t{color:#e6e9ec!important}
[data-ogsc] .d{color:#a5afba!important}
[data-ogsc] a.a{color:#77b3f0!important}`;

/** The HTML part of a mail: tables and inline styles, nothing from outside, for any screen. */
export function renderHtml(page: MailPage): string {
  const content = html`${top(page)}${lead(page.lead)}${page.blocks.map(block)}${footer(page.footer)}`;
  return `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
${html`<title>${page.title}</title>`.html}<style>${styles}</style></head>
<body class="bg" style="margin:0;padding:0;background-color:#f3f5f7">
${preheader(page.preheader).html}
<table ${plain} width="100%" class="bg" style="background-color:#f3f5f7"><tr><td align="center" style="padding:16px 8px">
<!--[if mso]><table ${plain} width="680"><tr><td><![endif]-->
<table ${plain} width="100%" class="sheet" style="max-width:680px;background-color:#ffffff;border:1px solid #dce1e6">
${content.html}</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table></body></html>
`;
}

function preheader(text: string): Html {
  return html`<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all">${text}</div>`;
}

function anchor(text: string, href: string | null): Html {
  if (!href) return html`${text}`;
  return html`<a class="a" href="${href}" style="${blue}">${text}</a>`;
}

function top({ title, href, aside }: MailPage): Html {
  return html`<tr><td class="pad" style="padding:20px 24px 4px"><div class="t h" style="${font};font-size:22px;line-height:28px;font-weight:600;overflow-wrap:anywhere;${ink}">${title}</div>
<div class="d" style="${small}">${aside}${href ? html` &nbsp;·&nbsp; ${anchor("Open in the Azure portal", href)}` : null}</div></td></tr>`;
}

function lead(said: readonly Said[]): Html {
  const rows = said.map(
    ({ label, text }) =>
      html`<div class="t" style="${body};padding-bottom:4px"><b>${label}:</b> ${text}</div>`,
  );
  return html`<tr><td class="pad" style="padding:12px 24px 8px"><table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"><tr><td class="box" style="background-color:#eef3f8;border-left:4px solid #2f6fb5;padding:12px 14px 8px">${rows}</td></tr></table></td></tr>`;
}

function block({ heading, sections }: Block): Html {
  return html`${heading ? blockHeading(heading) : null}${sections.map(sectionRows)}`;
}

function blockHeading({ title, href, aside }: Heading): Html {
  return html`<tr><td class="pad" style="padding:26px 24px 0"><div class="t r" style="${font};font-size:18px;line-height:24px;font-weight:600;overflow-wrap:anywhere;border-top:2px solid #cfd6dd;padding-top:14px;${ink}">${anchor(title, href)}</div><div class="d" style="${small}">${aside}</div></td></tr>`;
}

function sectionRows({ title, aside, items }: Section): Html {
  return html`<tr><td class="pad" style="padding:20px 24px 0"><div class="t" style="${font};font-size:15px;line-height:20px;font-weight:700;${ink}">${title}</div>${aside ? html`<div class="d" style="${small}">${aside}</div>` : null}</td></tr>${items.map(item)}`;
}

function item(one: Item): Html {
  if (one.kind === "card") return card(one);
  if (one.kind === "table") return table(one);
  if (one.kind === "rows") {
    return html`<tr><td class="pad" style="padding:8px 24px 0">${rowTable(one.rows)}</td></tr>`;
  }
  return linesItem(one);
}

function linesItem({ lines }: Lines): Html {
  const shown = lines.map(
    (line) => html`<div style="padding-bottom:3px;overflow-wrap:anywhere">${line}</div>`,
  );
  return html`<tr><td class="pad t" style="padding:8px 24px 0;${body}">${shown}</td></tr>`;
}

function badge(severity: Card["severity"]): Html | null {
  if (!severity) return null;
  const colour = badges[severity] ?? "#59636e";
  return html`<span style="background-color:${colour};color:#ffffff;font-size:11px;font-weight:700;padding:2px 6px;white-space:nowrap">${severity.toUpperCase()}</span> `;
}

function card({ mark, severity, title, body: words, rows }: Card): Html {
  const head = html`${mark ? html`<span class="d" style="${dim}">${mark}</span> ` : null}${badge(severity)}<b>${title}</b>`;
  return html`<tr><td class="pad" style="padding:10px 24px 2px"><div class="t r" style="${body};border-top:1px solid #dce1e6;padding-top:10px;overflow-wrap:anywhere">${head}${words ? html`<br>${words}` : null}</div>
${rows.length > 0 ? rowTable(rows) : null}</td></tr>`;
}

function rowTable(rows: readonly Row[]): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="table-layout:fixed">${rows.map(cardRow)}</table>`;
}

function cardRow(row: Row): Html {
  return html`<tr><td class="k d" width="84" valign="top" style="width:84px;padding:6px 8px 0 0;${small}">${row.label}</td><td class="v t" valign="top" style="padding:${row.kind === "code" ? "4px" : "5px"} 0 0;${body};font-size:14px;line-height:20px;overflow-wrap:anywhere">${rowContent(row)}</td></tr>`;
}

function rowContent(row: Row): Html {
  if (row.kind === "link") return anchor(row.text, row.href);
  if (row.kind === "prose") {
    return html`${row.lines.map((line) => html`<div>${line}</div>`)}`;
  }
  const written = row.lines.map(
    (line, place) => html`${place > 0 ? html`<br>` : null}${indented(line)}`,
  );
  return html`<div class="box t" style="${mono};background-color:#f0f2f5;padding:5px 8px;${ink};overflow-wrap:anywhere;word-break:break-word">${written}</div>`;
}

/** Outlook swallows blanks at the start of a line; names and options are not cut at their hyphens. */
function indented(line: string): Html {
  const depth = line.length - line.trimStart().length;
  const words = line.trimStart().split(" ");
  return html`${"\u00a0".repeat(depth)}${words.map((word, place) => html`${place > 0 ? " " : null}${unbroken(word)}`)}`;
}

const unbroken = (word: string): Html =>
  word.includes("-") && word.length <= 28 ? html`<nobr>${word}</nobr>` : html`${word}`;

function table({ head, rows }: Table): Html {
  const cells = (row: readonly Cell[]) =>
    row.map(
      ({ text, href }) =>
        html`<td class="t r" valign="top" style="padding:5px 10px 5px 0;border-top:1px solid #dce1e6;overflow-wrap:anywhere">${anchor(text, href)}</td>`,
    );
  const names = head.map(
    (name) =>
      html`<th class="d" align="left" style="padding:4px 10px 4px 0;font-weight:600;${dim}">${name}</th>`,
  );
  return html`<tr><td class="pad" style="padding:8px 24px 0"><table cellpadding="0" cellspacing="0" border="0" width="100%" style="${font};font-size:13px;line-height:18px;${ink}"><tr>${names}</tr>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</table></td></tr>`;
}

function footer(rows: readonly Row[]): Html {
  const shown = rows.map((row) => {
    const label = row.label
      ? html`<b>${row.label}</b>${row.kind === "code" ? html`<br>` : " "}`
      : null;
    return html`<div style="padding-bottom:7px;overflow-wrap:anywhere">${label}${footerContent(row)}</div>`;
  });
  return html`<tr><td class="pad d" style="padding:24px 24px 20px;${small}"><div class="r" style="border-top:1px solid #dce1e6;padding-top:14px">${shown}</div></td></tr>`;
}

function footerContent(row: Row): Html {
  if (row.kind === "link") return anchor(row.text, row.href);
  if (row.kind === "code") return rowContent(row);
  return html`${row.lines.join(" ")}`;
}
