import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildApp, orchestratorsVersion } from "../../local/build.ts";

it("builds one folder that needs nothing beside it, with the version of its orchestrators", async () => {
  const folder = mkdtempSync(join(tmpdir(), "guardrail-build-"));
  await buildApp(folder);
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  expect(read("package.json")).toEqual({
    name: "container-guardrail",
    version: expect.any(String),
    main: "index.cjs",
  });
  const version = await orchestratorsVersion();
  expect(version).toMatch(/^[0-9a-f]{12}$/);
  expect(read("host.json").extensions.durableTask).toMatchObject({
    defaultVersion: version,
    versionMatchStrategy: "Strict",
    versionFailureStrategy: "Fail",
  });
  expect(read("guardrail.json").version).toBe(1);
  const bundle = readFileSync(join(folder, "index.cjs"), "utf8");
  const required = new Set([...bundle.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name));
  const outside = [...required].filter(
    (name) => name && !name.startsWith("node:") && !name.startsWith(".") && !isBuiltin(name),
  );
  expect(outside).toEqual(["@azure/functions-core"]);
});

const isBuiltin = (name: string): boolean => process.getBuiltinModule(name) !== undefined;
