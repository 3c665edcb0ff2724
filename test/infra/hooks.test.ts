import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeTools, type ToolAnswers } from "../deploy/command-line-tools.ts";
import { folderOfTest } from "../support/test-folder.ts";

type Hooks = Record<string, { posix: { run: string }; windows: { run: string } }>;
const { hooks } = parse(readFileSync("azure.yaml", "utf8")) as { hooks: Hooks };

/** A shell as azd starts it: the hook's lines in a file, with the lines that azd puts around them. */
const shells = [
  {
    kind: "posix",
    command: "sh",
    file: "hook.sh",
    wrap: (lines: string) => `set -e\n${lines}\n`,
    isHere: process.platform !== "win32",
  },
  {
    kind: "windows",
    command: "pwsh",
    file: "hook.ps1",
    wrap: (lines: string) =>
      `$ErrorActionPreference = 'Stop'\n${lines}\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n`,
    isHere: spawnSync("pwsh", ["-Version"]).status === 0,
  },
] as const;

for (const shell of shells) {
  describe.runIf(shell.isHere)(`the hooks under ${shell.command}`, () => {
    /** Runs a hook in a folder of its own; answers which npm scripts it ran, and how it ended. */
    function runHook(name: string, answers: ToolAnswers, { installed }: { installed: boolean }) {
      const cwd = folderOfTest();
      if (installed) mkdirSync(join(cwd, "node_modules"));
      const file = join(cwd, shell.file);
      writeFileSync(file, shell.wrap(hooks[name]?.[shell.kind].run ?? "exit 99"));
      const tools = makeTools(["npm", "npm.cmd"], answers);
      const env = { ...process.env, PATH: tools.path };
      const { status } = spawnSync(shell.command, [file], { cwd, env });
      const ran = tools
        .calls()
        .map(({ args }) => args.filter((arg) => !/^(run|--silent)$/.test(arg)));
      return { status, ran: ran.flat() };
    }

    it.each([
      ["preprovision", ["ci", "preflight", "entra"]],
      ["predeploy", ["ci", "predeploy"]],
      ["postdeploy", ["postdeploy"]],
    ])("%s works in a fresh clone", (name, expected) => {
      const { status, ran } = runHook(name, { npm: {} }, { installed: false });
      expect(ran).toEqual(expected);
      expect(status).toBe(0);
    });

    it("predeploy installs nothing again", () => {
      expect(runHook("predeploy", { npm: {} }, { installed: true }).ran).toEqual(["predeploy"]);
    });

    it.each([
      ["preprovision", "npm ci", ["ci"]],
      ["preprovision", "npm run --silent preflight", ["ci", "preflight"]],
      ["preprovision", "npm run --silent entra", ["ci", "preflight", "entra"]],
      ["predeploy", "npm ci", ["ci"]],
      ["predeploy", "npm run --silent predeploy", ["ci", "predeploy"]],
      ["postdeploy", "npm run --silent postdeploy", ["postdeploy"]],
    ])("%s ends azd where %s fails", (name, failing, expected) => {
      const answers = { npm: {}, [failing]: { status: 3 } };
      const { status, ran } = runHook(name, answers, { installed: false });
      expect(ran).toEqual(expected);
      expect(status).not.toBe(0);
    });
  });
}
