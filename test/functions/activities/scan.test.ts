import { beforeEach, expect, it } from "vitest";
import { scanActivities } from "../../../functions/activities/scan.ts";
import { scanEndActivities } from "../../../functions/activities/scan-end.ts";
import type { EstateGateway } from "../../../shared/azure/ports.ts";
import { canonicalId, subscriptionSubject } from "../../../shared/domain/resource-id.ts";
import {
  aCase,
  aCluster,
  aFullPlan,
  anAlert,
  anEstateCluster,
  anInForce,
  aPlan,
  aPolicy,
  subscriptionId,
} from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const at = "2026-11-23T08:00:00.000Z";
const subject = "system/scan";
const clusterSubject = canonicalId(aCluster().id);

let tables = createInMemoryGateways();
beforeEach(async () => {
  tables = createInMemoryGateways();
  await tables.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], at);
});

function scan(
  estate: Partial<EstateGateway>,
  scope: Partial<ReturnType<typeof aPolicy>["scope"]> = {},
) {
  const policy = aPolicy({
    scope: { managementGroups: [], subscriptions: [], exclude: [], ...scope },
  });
  const inForce = async () => anInForce({ policy });
  const empty = async () => ({ rows: [], next: null });
  const whole = {
    subscriptions: empty,
    clusters: empty,
    plans: empty,
    protectedKinds: empty,
    alerts: empty,
    ...estate,
  } as EstateGateway;
  const source = { recent: inForce, live: inForce };
  return scanActivities({ ...tables, estate: whole }, source, () => at);
}

const input = { subject, next: null, at };
const onAgenda = async () => (await tables.agenda.list()).map((row) => row.subject);

it("notes the subscriptions in scope and no others", async () => {
  const other = "22222222-2222-4222-8222-222222222222";
  const row = (id: string) => ({ id, name: id, tags: {}, managementGroups: [] });
  const rows = [row(subscriptionId), row(other)];
  const page = async () => ({ rows, next: "2" });
  const scanned = await scan({ subscriptions: page }, { exclude: [other] }).scanSubscriptions(
    input,
  );
  expect(scanned).toEqual({ kind: "page", read: 1, marked: 0, next: "2" });
  expect((await tables.system.subscriptions()).map(({ id }) => id)).toEqual([subscriptionId]);
});

it("marks clusters that lack something, and none that are as they should be", async () => {
  const bad = anEstateCluster({ addonOn: false });
  const good = anEstateCluster({ id: `${bad.id}-2`, name: "good" });
  const page = async () => ({ rows: [bad, good], next: null });
  expect(await scan({ clusters: page }).scanClusters(input)).toMatchObject({ read: 2, marked: 1 });
  expect(await onAgenda()).toEqual([clusterSubject]);
});

it("leaves clusters of subscriptions that this scan did not find in scope", async () => {
  const far = anEstateCluster({
    addonOn: false,
    subscriptionId: "33333333-3333-4333-8333-333333333333",
  });
  const page = async () => ({ rows: [far], next: null });
  expect(await scan({ clusters: page }).scanClusters(input)).toMatchObject({ read: 0, marked: 0 });
});

it("passes on that Azure wants it to wait, having marked nothing", async () => {
  const wait = { kind: "wait", seconds: 5, why: "throttled" } as const;
  const throttled = scan({ clusters: async () => wait, plans: async () => wait });
  expect(await throttled.scanClusters(input)).toEqual(wait);
  expect(await throttled.scanPlans(input)).toEqual(wait);
});

it("marks a subscription whose plans stand on two pages or on none, if they lack something", async () => {
  const protects = async () => ({
    rows: [{ subscriptionId, resources: 2, clusters: 1 }],
    next: null,
  });
  const none = scan({ protectedKinds: protects });
  expect(await none.scanPlans(input)).toMatchObject({ read: 1, marked: 1 });
  expect(await onAgenda()).toEqual([subscriptionSubject(subscriptionId)]);

  tables = createInMemoryGateways();
  await tables.system.noteSubscriptions([{ id: subscriptionId, name: "Shop" }], at);
  const plans = async (next: string | null) => ({
    rows: [
      next === null
        ? { subscriptionId, plan: aFullPlan() }
        : { subscriptionId, plan: aPlan({ name: "VirtualMachines", on: true, subPlan: "P2" }) },
    ],
    next: next === null ? "2" : null,
  });
  const covered = scan({ protectedKinds: protects, plans });
  expect(await covered.scanPlans(input)).toMatchObject({ marked: 0 });
  const registries = async () => ({
    rows: [{ subscriptionId, resources: 1, clusters: 0 }],
    next: null,
  });
  const first = async () => plans(null).then(({ rows }) => ({ rows, next: null }));
  const noNodes = scan({ protectedKinds: registries, plans: first });
  expect(await noNodes.scanPlans(input)).toMatchObject({ marked: 0 });
});

it("takes in alerts whose event never came, and those that ended, each once", async () => {
  const alert = anAlert();
  const alerts = async () => ({ rows: [alert], next: null });
  expect(await scan({ alerts }).scanAlerts(input)).toMatchObject({ marked: 1 });
  expect(await tables.alerts.bySubject(clusterSubject)).toHaveLength(1);
  expect(await scan({ alerts }).scanAlerts(input)).toMatchObject({ marked: 0 });

  const over = async () => ({ rows: [{ ...alert, status: "dismissed" as const }], next: null });
  expect(await scan({ alerts: over }).scanAlerts(input)).toMatchObject({ marked: 1 });
  expect((await tables.alerts.bySubject(clusterSubject))[0]?.status).toBe("dismissed");
  expect(await scan({ alerts: over }).scanAlerts(input)).toMatchObject({ marked: 0 });
});

it("marks the cluster to which an alert of its node was moved", async () => {
  const node = `/subscriptions/${subscriptionId}/resourcegroups/mc/providers/microsoft.compute/virtualmachinescalesets/nodes`;
  const alert = anAlert({ resource: node, subject: node });
  await tables.alerts.insert(alert);
  await tables.alerts.move(node, clusterSubject);
  const over = async () => ({ rows: [{ ...alert, status: "resolved" as const }], next: null });
  await scan({ alerts: over }).scanAlerts(input);
  expect(await onAgenda()).toEqual([clusterSubject]);
});

it("looks again at open cases that nobody looked at for a day, and closes none", async () => {
  const old = aCase({ updatedAt: "2026-11-21T08:00:00.000Z" });
  await tables.cases.put(old, null);
  expect(await scan({}).scanOpenCases(input)).toMatchObject({ marked: 1 });
  expect(await onAgenda()).toEqual([old.subject]);
  expect((await tables.cases.find(old.subject))?.case.closedAt).toBeNull();
});

const scanEnd = (now: () => string, scope: Partial<ReturnType<typeof aPolicy>["scope"]> = {}) => {
  const nothing = { managementGroups: [], subscriptions: [], exclude: [] };
  const inForce = async () => anInForce({ policy: aPolicy({ scope: { ...nothing, ...scope } }) });
  return scanEndActivities(tables, { live: inForce, recent: inForce }, now);
};

it("expects nothing more of a subscription that it reads out of scope, until it is back", async () => {
  const later = "2026-11-24T08:00:00.000Z";
  const scope = { managementGroups: ["mg-shop"] };
  const under = async (...managementGroups: string[]) => {
    const rows = [{ id: subscriptionId, name: "Shop", tags: {}, managementGroups }];
    const subscriptions = async () => ({ rows, next: null });
    await scan({ subscriptions }, scope).scanSubscriptions({ ...input, at: later });
  };
  const unreadable = async (at: string) =>
    (await scanEnd(() => at, scope).noteScan({ subject, at })).kind;
  await under("mg-lab");
  expect(await unreadable(later)).toBe("0 subscriptions unreadable");
  expect(await tables.system.subscriptions()).toMatchObject([{ lastSeen: at, outOfScope: true }]);
  await under("mg-shop");
  const [back] = await tables.system.subscriptions();
  expect(back).toMatchObject({ firstSeen: at, lastSeen: later, outOfScope: false });
  expect(await unreadable("2026-11-25T08:00:00.000Z")).toBe("1 subscriptions unreadable");
});

it("counts what could not be read, and not what the policy leaves out since", async () => {
  const later = "2026-11-24T08:00:00.000Z";
  const kindFor = async (scope: Parameters<typeof scanEnd>[1]) =>
    (await scanEnd(() => later, scope).noteScan({ subject, at: later })).kind;
  expect(await kindFor({})).toBe("1 subscriptions unreadable");
  expect(await kindFor({ managementGroups: ["mg"] })).toBe("1 subscriptions unreadable");
  expect(await kindFor({ subscriptions: ["another"] })).toBe("0 subscriptions unreadable");
  expect(await kindFor({ exclude: [subscriptionId] })).toBe("0 subscriptions unreadable");
});

it("plans the next daily scan; one asked for in between does not move it", async () => {
  let now = at;
  const { noteScan } = scanEnd(() => now);
  expect(await noteScan({ subject, at })).toMatchObject({ next: "2026-11-24T08:00:00.000Z" });
  now = "2026-11-23T12:00:00.000Z";
  expect(await noteScan({ subject, at: now })).toMatchObject({ next: "2026-11-24T08:00:00.000Z" });
  now = "2026-11-24T08:00:00.000Z";
  expect(await noteScan({ subject, at: now })).toMatchObject({ next: "2026-11-25T08:00:00.000Z" });
});
