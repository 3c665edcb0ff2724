import { describe, expect, it } from "vitest";
import {
  type AzureWorld,
  aFault,
  aManagedCluster,
  azureOfTest,
  clusterIdOf,
  groupId,
} from "../../support/azure-world.ts";

const prod = clusterIdOf("prod");
const tagged = (tags: Readonly<Record<string, string>>) => aManagedCluster("prod", {}, { tags });
const own = { "guardrail-compliance": "noncompliant", "guardrail-since": "2026-11-23" };
const tagsOf = async ({ gateways }: Pick<AzureWorld, "gateways">) => {
  const found = await gateways.clusters.find(prod);
  return found.kind === "found" ? found.cluster.tags : found;
};

describe("merging tags", () => {
  it("sets exactly these keys, once", async () => {
    const { gateways, exchanges } = await azureOfTest([tagged({ owner: "ann@contoso.com" })]);
    expect(await gateways.tags.merge(prod, own)).toMatchObject({
      kind: "done",
      correlationId: expect.any(String),
      before: "{}",
      after: JSON.stringify(own),
    });
    expect(await tagsOf({ gateways })).toEqual({ owner: "ann@contoso.com", ...own });
    expect(await gateways.tags.merge(prod, own)).toEqual({
      kind: "unneeded",
      correlationId: null,
      before: "{}",
      after: "{}",
    });
    const patches = exchanges().filter(({ method }) => method === "PATCH");
    expect(patches.map(({ requestBody }) => requestBody)).toEqual([
      { operation: "Merge", properties: { tags: own } },
    ]);
  });

  it("writes only what differs, in the spelling found", async () => {
    const { gateways, exchanges } = await azureOfTest([
      tagged({ "Guardrail-Compliance": "compliant", "guardrail-since": "2026-11-23" }),
    ]);
    expect(await gateways.tags.merge(prod, own)).toMatchObject({
      kind: "done",
      before: '{"Guardrail-Compliance":"compliant"}',
      after: '{"Guardrail-Compliance":"noncompliant"}',
    });
    const sent = exchanges().find(({ method }) => method === "PATCH")?.requestBody;
    expect(sent).toMatchObject({
      properties: { tags: { "Guardrail-Compliance": "noncompliant" } },
    });
  });

  it("refuses by itself at the limit of 50, but changes a value there", async () => {
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`t${at}`, "x"]));
    const { gateways, exchanges } = await azureOfTest([tagged(many)]);
    expect(await gateways.tags.merge(prod, own)).toMatchObject({
      kind: "refused",
      code: "TooManyTags",
    });
    expect(await gateways.tags.merge(prod, { a: "1" })).toMatchObject({ kind: "done" });
    expect(await gateways.tags.merge(prod, { a: "2" })).toMatchObject({ kind: "done" });
    expect(exchanges().filter(({ method }) => method === "PATCH")).toHaveLength(2);
  });

  it("tells a lock, a missing right and a cluster that is gone", async () => {
    const lock = {
      id: `${groupId}/providers/Microsoft.Authorization/locks/freeze`,
      name: "freeze",
      type: "Microsoft.Authorization/locks",
      properties: { level: "ReadOnly" },
    };
    const locked = await azureOfTest([tagged({}), lock]);
    const no = { kind: "refused", code: "ScopeLocked" };
    expect(await locked.gateways.tags.merge(prod, own)).toMatchObject(no);
    expect(await locked.gateways.tags.merge(clusterIdOf("none"), own)).toEqual({ kind: "gone" });
    await locked.stop();
    const powerless = await azureOfTest([tagged({})], { role: { actions: ["*/read"] } });
    expect(await powerless.gateways.tags.merge(prod, own)).toMatchObject({
      kind: "refused",
      code: "AuthorizationFailed",
    });
  });

  it("finds nothing left to do after a lost answer", async () => {
    const path = "/{scope}/providers/Microsoft.Resources/tags/default";
    const fault = aFault({ method: "PATCH", path, fault: { kind: "reset-after" } });
    const { gateways } = await azureOfTest([tagged({}), fault]);
    await expect(gateways.tags.merge(prod, own)).rejects.toMatchObject({ name: "AzureError" });
    expect(await gateways.tags.merge(prod, own)).toMatchObject({ kind: "unneeded" });
    expect(await tagsOf({ gateways })).toEqual(own);
  });

  it("takes an answer of 202 for the deed", async () => {
    const delays = { tagWrite: 30_000 };
    const { gateways, pass } = await azureOfTest([tagged({})], { delays });
    expect(await gateways.tags.merge(prod, own)).toMatchObject({ kind: "done" });
    await pass(1);
    expect(await tagsOf({ gateways })).toEqual(own);
  });
});

describe("removing tags", () => {
  it("takes exactly these keys away", async () => {
    const { gateways } = await azureOfTest([tagged({ ...own, owner: "ann@contoso.com" })]);
    const keys = ["GUARDRAIL-compliance", "guardrail-since", "guardrail-other"];
    expect(await gateways.tags.remove(prod, keys)).toMatchObject({
      kind: "done",
      before: JSON.stringify(own),
      after: "{}",
    });
    expect(await tagsOf({ gateways })).toEqual({ owner: "ann@contoso.com" });
    expect(await gateways.tags.remove(prod, keys)).toMatchObject({ kind: "unneeded" });
  });
});
