import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildApp, orchestratorsVersion } from "../../local/build.ts";

const folder = mkdtempSync(join(tmpdir(), "guardrail-build-"));

beforeAll(() => buildApp(folder));
afterAll(() => rmSync(folder, { recursive: true }));

it("builds one folder that needs nothing beside it, with the version of its orchestrators", async () => {
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
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const code = files.filter((file) => file.endsWith(".cjs"));
  const required = code.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(requires)].map(([, name = ""]) => name),
  );
  const outside = required.filter((name) => !/^(node:|\.\.?\/)/.test(name) && !isBuiltin(name));
  expect(new Set(outside)).toEqual(new Set(["@azure/functions-core"]));
});

it("has another version when another library replays its orchestrators", async () => {
  const another = JSON.stringify({ name: "durable-functions", version: "99.0.0" });
  expect(await orchestratorsVersion(async () => another)).not.toBe(await orchestratorsVersion());
});

it("leaves Azure's libraries to the moment in which they are needed", () => {
  const entry = readFileSync(join(folder, "index.cjs"), "utf8");
  for (const name of [...later, "TableClient"]) expect(entry).not.toContain(`class ${name}`);
  const files = readdirSync(join(folder, "later")).map((file) => join(folder, "later", file));
  const require = createRequire(join(folder, "index.cjs"));
  const found = files.flatMap((file) => Object.keys(require(file)));
  expect(found).toEqual(expect.arrayContaining(later));
});

/** What is taken by name from a library that is imported only when needed. */
const later = [
  "BlobServiceClient",
  "ContainerServiceClient",
  "EmailClient",
  "ManagedIdentityCredential",
  "PolicyInsightsClient",
  "ResourceGraphClient",
  "ResourceManagementClient",
  "SecurityCenter",
];

/** As the bundler writes a call of `require`, its own helper included. */
const requires = /require\)?\("([^"]+)"\)/g;

const isBuiltin = (name: string): boolean => process.getBuiltinModule(name) !== undefined;
