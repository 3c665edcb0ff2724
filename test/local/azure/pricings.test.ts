import { describe, expect, it } from "vitest";
import { type JsonObject, listAt, objectAt } from "../../../local/azure/json.ts";
import { startAzure, subscription } from "./simulated.ts";

const plans = `${subscription}/providers/Microsoft.Security/pricings`;
const address = (name: string): string => `${plans}/${name}?api-version=2024-01-01`;
const on = (more: JsonObject = {}): JsonObject => ({
  properties: { pricingTier: "Standard", ...more },
});
const aPlan = (name: string, properties: JsonObject): JsonObject => ({
  id: `${plans}/${name}`,
  name,
  type: "Microsoft.Security/pricings",
  properties,
});
const aSubscription = {
  id: subscription,
  subscriptionId: subscription.slice(15),
  displayName: "One",
  state: "Enabled",
};
const extensionsOf = (body: unknown): Record<string, unknown> =>
  Object.fromEntries(
    listAt(objectAt(body as JsonObject, "properties"), "extensions").map((extension) => {
      const { name, isEnabled } = extension as JsonObject;
      return [String(name), isEnabled];
    }),
  );

describe("Defender plans", () => {
  it("are all there and off in a subscription that was never onboarded", async () => {
    const { security, arm } = await startAzure([aSubscription]);

    const { value } = await security.pricings.list();
    expect(value.find(({ name }) => name === "Containers")?.pricingTier).toBe("Free");
    const filtered = await arm(
      "GET",
      `${plans}?api-version=2024-01-01&$filter=name in (Arm,containers)`,
    );
    expect(listAt(filtered.body, "value").map((plan) => (plan as JsonObject)["name"])).toEqual([
      "Arm",
      "Containers",
    ]);
  });

  it("come on with every extension when none is named, and read back so", async () => {
    const { arm } = await startAzure([aSubscription]);

    const answer = await arm("PUT", address("Containers"), on());

    expect(answer.status).toBe(200);
    expect(new Set(Object.values(extensionsOf(answer.body)))).toEqual(new Set(["True"]));
    const read = await arm("GET", address("Containers"));
    expect(objectAt(read.body, "properties")).toMatchObject({
      pricingTier: "Standard",
      enablementTime: "2026-03-02T08:00:00.000Z",
    });
    expect(extensionsOf(read.body)["ContainerSensor"]).toBe("True");
  });

  it("switch off what a PUT's list leaves out, and fall back to the default sub-plan", async () => {
    const { arm } = await startAzure([
      aSubscription,
      aPlan("VirtualMachines", { pricingTier: "Standard", subPlan: "P1" }),
    ]);
    const extensions = [{ name: "ContainerSensor", isEnabled: "true" }];

    const containers = await arm("PUT", address("Containers"), on({ extensions }));
    const machines = await arm("PUT", address("VirtualMachines"), on({ extensions: [] }));

    expect(extensionsOf(containers.body)).toMatchObject({
      ContainerSensor: "True",
      AgentlessDiscoveryForKubernetes: "False",
    });
    expect(objectAt(machines.body, "properties")["subPlan"]).toBe("P2");
  });

  it("answer 200 for a partial success, extension by extension", async () => {
    const { arm } = await startAzure([
      aSubscription,
      aPlan("Containers", { pricingTier: "Free" }),
      {
        kind: "Manner",
        resource: `${plans}/Containers`,
        behaviour: "extension-role-assignment-fails",
        extensions: ["ContainerSensor"],
      },
    ]);

    const answer = await arm("PUT", address("Containers"), on());

    const failed = listAt(objectAt(answer.body, "properties"), "extensions").filter(
      (extension) => objectAt(extension, "operationStatus")["code"] === "Failed",
    );
    expect(answer.status).toBe(200);
    expect(failed).toMatchObject([{ name: "ContainerSensor", isEnabled: "True" }]);
    expect(extensionsOf((await arm("GET", address("Containers"))).body)["ContainerSensor"]).toBe(
      "False",
    );
  });

  it("take one write at a time in a subscription", async () => {
    const { arm } = await startAzure([aSubscription]);

    const answers = await Promise.all([
      arm("PUT", address("Containers"), on()),
      arm("PUT", address("Arm"), on()),
    ]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      error: { code: "Conflict" },
    });
    expect((await arm("PUT", address("Arm"), on())).status).toBe(200);
  });

  it("do not come on again once they are replaced, but stay where they are on", async () => {
    const { arm } = await startAzure([
      aSubscription,
      aPlan("ContainerRegistry", {
        pricingTier: "Standard",
        deprecated: true,
        replacedBy: ["Containers"],
      }),
    ]);

    expect((await arm("PUT", address("KubernetesService"), on())).status).toBe(400);
    expect((await arm("PUT", address("ContainerRegistry"), on())).status).toBe(200);
  });

  it("raise an event that names the caller", async () => {
    const appPrincipal = { objectId: "object", appId: "application", name: "guard" };
    const { arm, azure } = await startAzure([aSubscription], { appPrincipal });

    await arm("PUT", address("Containers"), on());

    expect(azure.events).toMatchObject([
      {
        eventType: "Microsoft.Resources.ResourceWriteSuccess",
        subject: `${plans}/Containers`,
        data: {
          operationName: "Microsoft.Security/pricings/write",
          claims: { appid: "application" },
        },
      },
    ]);
    expect(JSON.stringify(azure.events)).not.toContain("upn");
  });
});

describe("security contacts and alerts", () => {
  const contact = {
    id: `${subscription}/providers/Microsoft.Security/securityContacts/default`,
    name: "default",
    type: "Microsoft.Security/securityContacts",
    properties: {
      emails: "soc@contoso.com;two@contoso.com",
      isEnabled: true,
      notificationsByRole: { state: "On", roles: ["Owner"] },
    },
  };
  const alert = {
    id: `${subscription}/resourceGroups/rg-one/providers/Microsoft.Security/locations/westeurope/alerts/1_a`,
    name: "1_a",
    type: "Microsoft.Security/Locations/alerts",
    properties: { alertType: "K8S_ExposedDashboard", status: "Active", severity: "High" },
  };

  it("show a contact in the shape of the api-version asked for", async () => {
    const { security, arm } = await startAzure([contact]);

    const old = await security.securityContacts.get("default");
    expect(old.email).toBe("soc@contoso.com");
    const now = await arm("GET", `${contact.id}?api-version=2023-12-01-preview`);
    expect(now.body).toEqual(contact);
  });

  it("list alerts of a subscription, and take a new state", async () => {
    const { security, azure, arm } = await startAzure([alert]);
    const statusOf = async () => {
      for await (const found of security.alerts.list()) return found.status;
      return null;
    };

    expect(await statusOf()).toBe("Active");
    expect((await arm("POST", `${alert.id}/dismiss?api-version=2022-01-01`)).status).toBe(204);
    expect(await statusOf()).toBe("Dismissed");
    expect(azure.events).toMatchObject([
      { eventType: "Microsoft.Resources.ResourceActionSuccess" },
    ]);
  });
});
