import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Json,
  readOnlyProperties,
  withoutReadOnly,
} from "../../../shared/azure/read-only-properties.ts";

interface Schema {
  readonly $ref?: string;
  readonly readOnly?: boolean;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

it("lists exactly what the official description marks read-only", async () => {
  const file = new URL("../../fixtures/azure/managed-cluster.read-only.json", import.meta.url);
  const { definitions } = JSON.parse(await readFile(file, "utf8"));
  const marked = [...readOnlyPaths(definitions, "ManagedCluster")];
  expect(marked.length).toBeGreaterThan(20);
  expect(readOnlyProperties.toSorted()).toEqual([...new Set(marked)].sort());
});

it("takes read-only values out of lists and maps, and leaves everything else", () => {
  const resource = {
    id: "/subscriptions/s",
    eTag: "e",
    location: "westeurope",
    identity: { type: "UserAssigned", userAssignedIdentities: { "/id": { clientId: "c", x: 1 } } },
    properties: {
      provisioningState: "Succeeded",
      agentPoolProfiles: [
        { name: "a", eTag: "1", localDNSProfile: { mode: "Preferred", state: "On" } },
        null,
      ],
      addonProfiles: { azurepolicy: { enabled: true, config: null, identity: {} }, other: null },
      status: { provisioningError: {}, later: [1] },
      fromTheFuture: { id: "stays", powerState: "stays" },
    },
  };
  expect(withoutReadOnly(resource)).toEqual({
    location: "westeurope",
    identity: { type: "UserAssigned", userAssignedIdentities: { "/id": { x: 1 } } },
    properties: {
      agentPoolProfiles: [{ name: "a", localDNSProfile: { mode: "Preferred" } }, null],
      addonProfiles: { azurepolicy: { enabled: true, config: null }, other: null },
      status: { later: [1] },
      fromTheFuture: { id: "stays", powerState: "stays" },
    },
  });
});

it("is done after one pass, and never touches what it was given", () => {
  const names = fc.constantFrom("id", "name", "properties", "identity", "addonProfiles", "x");
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 1, "text"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(names, tie("tree"), { maxKeys: 5 }),
    ),
  }));
  const resources = fc.dictionary(names, tree) as fc.Arbitrary<Json>;
  const holds = fc.property(resources, (resource) => {
    const before = structuredClone(resource);
    const once = withoutReadOnly(resource);
    expect(resource).toEqual(before);
    expect(withoutReadOnly(once)).toEqual(once);
  });
  fc.assert(holds);
});

function* readOnlyPaths(
  definitions: Readonly<Record<string, Schema>>,
  name: string,
): Iterable<string> {
  const walk = function* (schema: Schema, path: string): Iterable<string> {
    if (schema.readOnly) {
      yield path;
      return;
    }
    const named = definitions[schema.$ref?.split("/").at(-1) ?? ""];
    if (named) yield* walk(named, path);
    for (const part of schema.allOf ?? []) yield* walk(part, path);
    for (const [key, inner] of Object.entries(schema.properties ?? {})) {
      yield* walk(inner, path === "" ? key : `${path}.${key}`);
    }
    for (const inner of [schema.items, schema.additionalProperties]) {
      if (inner) yield* walk(inner, `${path}.*`);
    }
  };
  yield* walk({ $ref: name }, "");
}
