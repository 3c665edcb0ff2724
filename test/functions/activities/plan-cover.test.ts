import { beforeEach, expect, it } from "vitest";
import { planCoverActivities } from "../../../functions/activities/plan-cover.ts";
import { canonicalId } from "../../../shared/domain/resource-id.ts";
import { aCase, aCluster, subscriptionId } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const now = "2026-11-23T09:00:00.000Z";
const later = "2026-11-23T09:02:00.000Z";
const off = "Defender for Containers is off in the subscription: no alerts can come";
const subjectOf = (name: string) => canonicalId(aCluster({ name }).id);

let tables: ReturnType<typeof createInMemoryGateways>;

const look = () => planCoverActivities(tables, () => now).lookAtCovered({ subscriptionId });
const atOf = async (name: string) => (await tables.agenda.find(subjectOf(name), "cluster"))?.at;
const keep = (name: string, why: string | null) => {
  const status = why === null ? "none" : "unreadable";
  const parts = [{ name: "audit-log", status, why }] as const;
  return tables.cases.put(aCase({ id: name, subject: subjectOf(name), parts }), null);
};
const plan = (name: string, at: string) =>
  tables.agenda.mark({ subject: subjectOf(name), kind: "cluster", at });

beforeEach(() => {
  tables = createInMemoryGateways();
});

it("looks again where a case says that no plan covers it, once nobody remembers that", async () => {
  await keep("dark", off);
  await keep("covered", null);
  await look();
  expect(await atOf("dark")).toBe(later);
  expect(await atOf("covered")).toBeUndefined();
});

it("looks again at what is being looked at just now: it may have seen the plans of before", async () => {
  await plan("running", now);
  await look();
  const row = await tables.agenda.find(subjectOf("running"), "cluster");
  expect(row).toMatchObject({ at: now, notBefore: later });
});

it("leaves a look alone that is planned within the hour", async () => {
  const planned = "2026-11-23T09:45:00.000Z";
  await keep("settling", off);
  await plan("settling", planned);
  await look();
  expect(await atOf("settling")).toBe(planned);
});
