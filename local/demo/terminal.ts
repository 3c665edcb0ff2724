import type { StoryLine } from "./story.ts";

const width = 110;

const colours: Readonly<Record<StoryLine["verb"], number>> = {
  event: 36,
  alert: 35,
  scan: 36,
  changed: 32,
  left: 33,
  refused: 31,
  mailed: 34,
  ignored: 90,
  kept: 90,
  more: 90,
};

/** Where a demo writes to. */
export interface Terminal {
  line(text?: string): void;
  story(lines: readonly StoryLine[], timeZone: string): void;
}

/** Writes plain lines of at most 110 columns; colours only where a person looks on. */
export function createTerminal(out: Pick<NodeJS.WriteStream, "isTTY" | "write">): Terminal {
  const colour = (verb: StoryLine["verb"], text: string): string =>
    out.isTTY ? `\u001b[${colours[verb]}m${text}\u001b[0m` : text;

  return {
    line(text = "") {
      out.write(`${cut(text, width)}\n`);
    },
    story(lines, timeZone) {
      let last = "";
      for (const { at, verb, text } of lines) {
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

/** The time of day in a zone, as `09:05`. */
export function clockTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(at));
}

/** Text from outside must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ");
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 3)}...`;
}
