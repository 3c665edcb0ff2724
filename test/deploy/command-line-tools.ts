import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { folderOfTest } from "../support/test-folder.ts";

/** What a tool was called with; `body` is what a file named with `@` held at that moment. */
export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  readonly body: unknown;
}

/** What a call prints, and how it ends. */
interface ToolAnswer {
  readonly out?: unknown;
  readonly status?: number;
}

/** Answers by how a call begins, such as "az account show"; the longest that fits counts, none ends with 1. */
export type ToolAnswers = Readonly<Record<string, ToolAnswer>>;

const program = `
import { appendFileSync, readFileSync } from "node:fs";
const [, , tool, ...args] = process.argv;
const folder = import.meta.dirname;
const named = args.find((arg) => arg.startsWith("@"));
const body = named ? JSON.parse(readFileSync(named.slice(1), "utf8")) : null;
appendFileSync(folder + "/calls.jsonl", JSON.stringify({ tool, args, body }) + "\\n");
const answers = JSON.parse(readFileSync(folder + "/answers.json", "utf8"));
const line = [tool, ...args].join(" ");
const [key] = Object.keys(answers).filter((one) => line.startsWith(one)).sort((a, b) => b.length - a.length);
const { out = "", status = key === undefined ? 1 : 0 } = answers[key] ?? {};
if (status !== 0) console.error("refused: " + line);
else process.stdout.write(typeof out === "string" ? out : JSON.stringify(out));
process.exitCode = status;
`;

/** Puts stand-ins of tools that need Azure into a folder for the PATH; they note how they were called. */
export function makeTools(names: readonly string[], answers: ToolAnswers) {
  const folder = folderOfTest();
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "tool.mjs"), program);
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  for (const name of names) writeTool(folder, name);
  const log = join(folder, "calls.jsonl");
  return {
    path: [join(folder, "bin"), process.env["PATH"] ?? ""].join(delimiter),
    calls: (): ToolCall[] =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [],
  };
}

function writeTool(folder: string, name: string): void {
  const tool = name.replace(/\.cmd$/, "");
  const program = join(folder, "tool.mjs");
  if (process.platform === "win32") {
    const batch = `@"${process.execPath}" "${program}" ${tool} %*\r\n`;
    writeFileSync(join(folder, "bin", `${tool}.cmd`), batch);
    return;
  }
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${program}" ${tool} "$@"\n`);
  chmodSync(file, 0o755);
}
