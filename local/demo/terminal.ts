import type { StoryLine } from "./story.ts";

const width = 110;
const most = 30;
const zone = "Europe/Berlin";

const colours: Readonly<Record<StoryLine["verb"], number>> = {
  event: 36,
  alert: 35,
  found: 33,
  changed: 32,
  left: 33,
  refused: 31,
  mailed: 34,
  ignored: 90,
  kept: 90,
  scan: 36,
  done: 32,
};

/** Where a demo writes to. */
export interface Terminal {
  line(text?: string): void;
  story(lines: readonly StoryLine[], options: { all: boolean; timeZone: string }): void;
}

/** Writes plain lines of at most 110 columns; colours only where a person looks on. */
export function createTerminal(out: NodeJS.WriteStream): Terminal {
  const colour = (verb: StoryLine["verb"], text: string): string =>
    out.isTTY ? `\u001b[${colours[verb]}m${text}\u001b[0m` : text;
  const line = (text = ""): void => {
    out.write(`${cut(text, width)}\n`);
  };

  return {
    line,
    story(lines, { all, timeZone }) {
      const shown = all ? lines : summarize(lines, most);
      let last = "";
      for (const { at, verb, text } of shown) {
        const time = clockTime(at, timeZone);
        const start = time === last ? "     " : time;
        last = time;
        out.write(
          `${start}  ${colour(verb, verb.padEnd(8))} ${cut(printable(text), width - 16)}\n`,
        );
      }
    },
  };
}

/** The same story in at most so many lines: tags and repeated reasons are told together. */
function summarize(lines: readonly StoryLine[], limit: number): readonly StoryLine[] {
  const important = lines.filter((one) => !(one.verb === "changed" && one.text.includes(" tags:")));
  if (important.length <= limit) return important;
  const order: readonly StoryLine["verb"][] = ["mailed", "left", "event", "alert", "refused"];
  let kept = [...important];
  const dropped = new Map<string, number>();
  for (const verb of order) {
    while (kept.length > limit - 1 && kept.filter((one) => one.verb === verb).length > 3) {
      const index = kept.findLastIndex((one) => one.verb === verb);
      kept = kept.toSpliced(index, 1);
      dropped.set(verb, (dropped.get(verb) ?? 0) + 1);
    }
  }
  kept = kept.slice(0, limit - 1);
  const more = important.length - kept.length;
  const at = kept.at(-1)?.at ?? 0;
  return [...kept, { at, verb: "done", text: `${more} more lines: --verbose, or report.html` }];
}

function clockTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: timeZone || zone,
  }).format(new Date(at));
}

/** Text from outside must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 3)}...`;
}
