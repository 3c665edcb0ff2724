import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const hub = "5b0e6c1a-3f52-4a6e-9d0f-1c2d3e4f5a6b";
const other = "6b0e6c1a-3f52-4a6e-9d0f-1c2d3e4f5a6b";
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

  it.each([
    { watched: "hub", of: [hub], domain: "AzureManagedDomain" },
    { watched: `${other}, hub,HUB`, of: [other, hub], domain: "AzureManagedDomain" },
    { watched: "hub", of: [hub], domain: "mail.contoso.com" },
  ])("works out what is deployed for $watched with the mail domain $domain", (wanted) => {
    const resources = predicted(wanted.watched, wanted.domain);
    const of = (type: string) => resources.filter((one) => one.type === type);
    expect(of("Microsoft.Web/sites")).toHaveLength(1);
    expect(of("Microsoft.ManagedIdentity/userAssignedIdentities")).toHaveLength(1);
    expect(of("Microsoft.Communication/emailServices/domains").map(({ name }) => name)).toEqual([
      expect.stringMatching(new RegExp(`/${wanted.domain}$`)),
    ]);
    for (const type of [
      "Microsoft.Authorization/roleDefinitions",
      "Microsoft.Security/automations",
    ]) {
      const places = of(type).map(({ id }) => id.split("/")[2]);
      expect(places.sort()).toEqual([...wanted.of].sort());
    }
    const names = of("Microsoft.Authorization/roleDefinitions").map(
      ({ properties }) => properties?.["roleName"],
    );
    expect(new Set(names).size).toBe(wanted.of.length);
  });
});

interface Predicted {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** What the compiler says that infra/main.bicep comes to with these parameters. */
function predicted(watched: string, domain: string): readonly Predicted[] {
  const folder = mkdtempSync(join(tmpdir(), "guardrail-infra-"));
  try {
    cpSync("infra", folder, { recursive: true });
    const parameters = {
      environmentName: "prod",
      location: "westeurope",
      operatorsAddress: "platform@contoso.com",
      watchedScope: watched,
      mailDomain: domain === "AzureManagedDomain" ? "" : domain,
      authClientId: "7b0e6c1a-3f52-4a6e-9d0f-1c2d3e4f5a6b",
      securityProviderPrincipalId: "8b0e6c1a-3f52-4a6e-9d0f-1c2d3e4f5a6b",
    };
    const lines = Object.entries(parameters).map(([name, value]) => `param ${name} = '${value}'`);
    writeFileSync(join(folder, "main.bicepparam"), ["using 'main.bicep'", ...lines, ""].join("\n"));
    const place = ["--subscription-id", hub, "--location", "westeurope"];
    const made = spawnSync(
      "bicep",
      ["snapshot", "main.bicepparam", "--mode", "overwrite", ...place],
      { cwd: folder, encoding: "utf8" },
    );
    expect(`${made.stdout}${made.stderr}`.trim()).toBe("");
    const text = readFileSync(join(folder, "main.snapshot.json"), "utf8");
    const snapshot = JSON.parse(text) as {
      predictedResources: Predicted[];
      diagnostics: unknown[];
    };
    expect(snapshot.diagnostics).toEqual([]);
    return snapshot.predictedResources;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
