import { afterAll, beforeAll, expect, it } from "vitest";
import { startWholeWorld, type WholeWorld } from "../support/whole-world.ts";

const subscription = "/subscriptions/6d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6";
const cluster = `${subscription}/resourceGroups/rg-web/providers/Microsoft.ContainerService/managedClusters/aks-web`;
let world: WholeWorld;

beforeAll(async () => {
  world = await startWholeWorld("test/fixtures/end-to-end");
});

afterAll(() => world?.stop());

it("turns one event into an add-on that is on, a tag, a plan, a case and one mail", async () => {
  expect(await deliverWrite("e-1")).toBe(202);
  await world.passTo(15);
  const changed = await readCluster();
  expect(changed.properties.addonProfiles).toMatchObject({
    azureKeyvaultSecretsProvider: { enabled: true },
    azurepolicy: { enabled: true },
  });
  expect(changed.tags).toEqual({
    env: "prod",
    "guardrail-compliance": "noncompliant",
    "guardrail-since": "2026-11-23",
  });
  expect(await planTier()).toBe("Standard");

  const found = await readCase();
  expect(found.writes.map(({ act }) => act).sort()).toEqual(["enable-addon", "write-tags"]);
  expect(found.fault).toBeNull();

  // The owner's mail waits for the add-on's first report, so that it can name what runs inside.
  await world.passTo(80);
  const mails = mailsTo("web-team@contoso.com");
  expect(mails).toHaveLength(1);
  expect(mails[0]?.content.subject).toContain("aks-web: security findings (case ");
  expect(mails[0]?.content.plainText).toContain("web");
  expect((await readCase()).findings.map(({ key }) => key)).toContain(
    "policy:e345eecc-fa47-480f-9e88-67dcc122b164",
  );
});

it("does nothing more for the same event again, and comes to rest", async () => {
  await world.passTo(90);
  const before = { mails: mailCount(), etag: (await readCluster()).eTag, ledger: await ledger() };
  await deliverWrite("e-1");
  await deliverWrite("e-2");
  await world.passTo(4 * 60);
  expect(mailCount()).toBe(before.mails);
  expect((await readCluster()).eTag).toBe(before.etag);
  expect(await ledger()).toEqual(before.ledger);
});

it("asked Azure for nothing that it does not offer, and did nothing careless", () => {
  expect(world.azure.unhandled).toEqual([]);
  expect(world.azure.missteps).toEqual([]);
});

const deliverWrite = (id: string): Promise<number> =>
  world.deliver(
    "resourceChanges",
    JSON.stringify([
      {
        id,
        topic: subscription,
        subject: cluster,
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        eventTime: "2026-11-23T08:59:52.1120000Z",
        dataVersion: "2",
        metadataVersion: "1",
        data: {
          claims: { appid: "c0ffee00-0000-4000-8000-000000000001" },
          operationName: "Microsoft.ContainerService/managedClusters/write",
          resourceProvider: "Microsoft.ContainerService",
          resourceUri: cluster,
          status: "Succeeded",
          subscriptionId: subscription.split("/")[2],
        },
      },
    ]),
  );

interface ReadCluster {
  readonly eTag: string;
  readonly tags: Record<string, string>;
  readonly properties: { readonly addonProfiles: Record<string, unknown> };
}

interface ReadCase {
  readonly fault: unknown;
  readonly writes: readonly { readonly act: string }[];
  readonly findings: readonly { readonly key: string }[];
}

async function arm<T>(path: string): Promise<T> {
  const headers = { authorization: "Bearer local" };
  const response = await fetch(`${world.azure.url()}${path}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const readCluster = () => arm<ReadCluster>(`${cluster}?api-version=2026-06-01`);

async function planTier(): Promise<string> {
  const path = `${subscription}/providers/Microsoft.Security/pricings/Containers`;
  const plan = await arm<{ properties: { pricingTier: string } }>(`${path}?api-version=2024-01-01`);
  return plan.properties.pricingTier;
}

async function readCase(): Promise<ReadCase> {
  const response = await world.call(`cases?subject=${encodeURIComponent(cluster)}`);
  const body = (await response.json()) as { case?: ReadCase } & ReadCase;
  return body.case ?? body;
}

async function ledger(): Promise<string> {
  const response = await world.call("ledger?from=2026-11-23&to=2026-11-23");
  return response.text();
}

const mailCount = (): number => world.azure.mailbox.mails.length;

const mailsTo = (address: string) =>
  world.azure.mailbox.mails
    .map(({ message }) => message)
    .filter(({ recipients }) => recipients.to.some((to) => to.address === address));
