import { type Html, html } from "../../shared/email/html.ts";
import type { StoryLine } from "./story.ts";
import { clockTime } from "./terminal.ts";

/** What the page tells of one cluster, registry or subscription. */
export interface PageSubject {
  readonly name: string;
  readonly kind: string;
  readonly caseId: string | null;
  /** Findings that are open still. */
  readonly open: number;
  readonly changed: number;
  readonly left: number;
  readonly refused: number;
  readonly explanation: readonly string[];
}

/** What a page is made from. */
export interface Page {
  readonly subjects: readonly PageSubject[];
  readonly story: readonly StoryLine[];
  readonly stage: string;
  /** IANA name; the story is told by its clock. */
  readonly timeZone: string;
}

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { margin: 2rem 0 .5rem; font-size: 1.5rem; }
h2 { margin: 2rem 0 .25rem; font-size: 1.1rem; }
small { font-weight: normal; opacity: .7; }
ul { margin: 0; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .15rem .75rem .15rem 0; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid; overflow-wrap: normal; }
.n { text-align: right; }
.s { white-space: nowrap; overflow-wrap: normal; }
@media (max-width: 30rem) { th, td { padding-right: .4rem; } body { font-size: 14px; } }
`;

/** The whole of a run on one page: each resource in a row, then each in full, then what happened when. */
export function reportPage({ subjects, story, stage, timeZone }: Page): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Container Guardrail: what was found, changed, left, refused</title>
<style>${style}</style>
<h1>Each cluster, registry and subscription</h1>
<p>Stage ${stage}. <a href="#story">What happened when</a></p>
<table>
<tr><th>Resource</th><th class="n">To fix</th><th class="n">Changed</th><th class="n">Left</th><th class="n">Refused</th></tr>
${subjects.map(row)}</table>
${subjects.map(inFull)}<h1 id="story">What happened when</h1>
<p>Times are those of ${timeZone}.</p>
<table>
${story.map(
  ({ at, verb, text }) =>
    html`<tr><td class="s">${clockTime(at, timeZone)}</td><td class="s">${verb}</td><td>${text}</td></tr>\n`,
)}</table>
</html>
`.html;
}

function row(subject: PageSubject, place: number): Html {
  const { open, changed, left, refused } = subject;
  const numbers = [open, changed, left, refused].map(
    (count) => html`<td class="n">${count || ""}</td>`,
  );
  return html`<tr><td><a href="#r${place}">${subject.name}</a> <small>${subject.kind}</small></td>${numbers}</tr>\n`;
}

function inFull({ name, kind, caseId, explanation }: PageSubject, place: number): Html {
  return html`<h2 id="r${place}">${name} <small>${kind}${caseId ? `, case ${caseId}` : ""}</small></h2>
<ul>${explanation.map((line) => html`<li>${line}</li>`)}</ul>
`;
}
