import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import { Language, type Node, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);
const files = globSync("infra/**/*.bicep").sort();
let parser: Parser;

beforeAll(async () => {
  await Parser.init();
  parser = new Parser();
  parser.setLanguage(
    await Language.load(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")),
  );
});

function faults(text: string): string[] {
  const tree = parser.parse(text);
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.isError || node.isMissing) {
      found.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    }
    for (const child of node.children) if (child) visit(child);
  };
  if (tree) visit(tree.rootNode);
  return found;
}

describe("infra/", () => {
  it("has Bicep files, and the parser sees a broken one", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(faults("param location string = \nresource x 'a@b' = {")).not.toEqual([]);
  });

  it.each(files)("%s parses", (file) => {
    expect(faults(readFileSync(file, "utf8"))).toEqual([]);
  });

  it.each(files)("%s holds no key, connection string or secret, and never skips events", (file) => {
    const text = readFileSync(file, "utf8");
    expect(text).not.toMatch(/list(keys|secrets|connectionstrings)\s*\(/i);
    expect(text).not.toMatch(/SharedAccessKey|AccountKey=|connectionString:|@secure\(\)/);
    expect(text).not.toContain("fromEnd");
  });

  it.each(files)("%s describes every parameter and output", (file) => {
    const lines = readFileSync(file, "utf8").split("\n");
    const bare = lines.filter((line, index) => {
      if (!/^(param|output) /.test(line)) return false;
      let above = index - 1;
      while (
        /^@(allowed|metadata|minLength|maxLength|minValue|maxValue)\(/.test(lines[above] ?? "")
      )
        above -= 1;
      return !/^@description\('/.test(lines[above] ?? "");
    });
    expect(bare).toEqual([]);
  });
});

const compiler = spawnSync("bicep", ["--version"]).status === 0;

/** The compiler is not on npm; where it is installed, its word counts. */
describe.runIf(compiler)("the Bicep compiler", () => {
  it.each(["infra/main.bicep", "infra/events.bicep", ...globSync("infra/rollout/*.bicep")])(
    "builds %s without a warning",
    (file) => {
      const built = spawnSync("bicep", ["build", file, "--stdout"], { encoding: "utf8" });
      expect(built.stderr).toBe("");
      expect(built.status).toBe(0);
    },
  );
});
