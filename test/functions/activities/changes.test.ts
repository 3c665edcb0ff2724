import { expect, it } from "vitest";
import { caseActivities } from "../../../functions/activities/cases.ts";
import { changeActivities } from "../../../functions/activities/changes.ts";
import { housekeepingActivities } from "../../../functions/activities/housekeeping.ts";
import { slim } from "../../../functions/activities/slim.ts";
import { after as plus } from "../../../shared/decisions/time.ts";
import { subscriptionSubject } from "../../../shared/domain/resource-id.ts";
import {
  aCase,
  aFinding,
  aLedgerEntry,
  anInForce,
  aPolicy,
  subscriptionId,
} from "../../support/builders.ts";
import { aKeptImage } from "../../support/image-fixtures.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const now = "2026-11-23T09:00:00.000Z";

it("stops all writes after three failed verifications in a row, and only then", async () => {
  const tables = createInMemoryGateways();
  const { noteVerification } = changeActivities(tables, () => now);
  const note = (ok: boolean) => noteVerification({ subject: "s", ok, what: "enable-addon on aks" });
  await note(false);
  await note(false);
  await note(true);
  await note(false);
  await note(false);
  expect(await tables.system.stop()).toBeNull();
  expect(await note(false)).toEqual({ failures: 3, stopped: true });
  expect(await tables.system.stop()).toMatchObject({ by: "guardrail" });
  expect((await tables.system.stop())?.why).toContain("enable-addon on aks");
});

it("takes its own intent, written by an attempt that was killed, for written", async () => {
  const tables = createInMemoryGateways();
  const { intend } = changeActivities(tables, () => now);
  const entry = aLedgerEntry({ kind: "intent" });
  const input = { subject: entry.subject, entry, case: aCase({ history: [entry] }), etag: null };
  const first = await intend(input);
  expect(first).toMatchObject({ kind: "written" });
  expect(await intend(input)).toEqual(first);
  expect(await intend({ ...input, case: aCase({ name: "other" }) })).toEqual({ kind: "conflict" });
});

it("keeps a fault with the case and waits longer after each one in a row", async () => {
  const tables = createInMemoryGateways();
  const inForce = async () => anInForce();
  const { noteFault } = caseActivities(
    tables,
    { recent: inForce, live: inForce },
    { stamp: { appVersion: "1", by: "us" }, now: () => now },
  );
  const subject = subscriptionSubject(subscriptionId);
  const note = () => noteFault({ subject, kind: "subscription", message: "the network is down" });
  expect(await note()).toEqual({ next: "2026-11-23T09:05:00.000Z" });
  expect(await note()).toEqual({ next: "2026-11-23T09:10:00.000Z" });
  expect((await tables.cases.find(subject))?.case.fault).toEqual({
    at: now,
    message: "the network is down",
    count: 2,
  });
});

const components = Array.from({ length: 50 }, (_, place) => ({
  type: "Pod",
  namespace: "payments",
  name: `a-rather-long-name-of-a-pod-${place}`,
  reason: "container <main> runs as root and nobody has told it not to",
}));

it("makes a big case small enough for an answer, and keeps its counts", () => {
  const findings = Array.from({ length: 30 }, (_, place) =>
    aFinding({ key: `policy:${place}`, components, componentCount: 50 }),
  );
  const big = aCase({ findings });
  expect(JSON.stringify(big).length).toBeGreaterThan(200_000);
  const small = slim(big);
  expect(JSON.stringify(small).length).toBeLessThan(32_000);
  expect(small.findings.map(({ componentCount }) => componentCount)).toEqual(
    findings.map(() => 50),
  );
  expect(slim(aCase())).toEqual(aCase());
});

it("keeps of a big case what a run was not given of it and has not seen anew", async () => {
  const tables = createInMemoryGateways();
  const inForce = async () => anInForce();
  const facts = { stamp: { appVersion: "1", by: "us" }, now: () => now };
  const { take, record } = caseActivities(tables, { recent: inForce, live: inForce }, facts);
  const history = Array.from({ length: 50 }, (_, place) => aLedgerEntry({ id: `line-${place}` }));
  const findings = ["seen", "unseen"].map((key) =>
    aFinding({ key, components, componentCount: 50 }),
  );
  const fill = Array.from({ length: 30 }, (_, place) => aFinding({ key: `${place}`, components }));
  const big = aCase({ history, findings: [...findings, ...fill] });
  await tables.cases.put(big, null);
  await tables.agenda.mark({ subject: big.subject, kind: "cluster", at: now });

  const taken = await take({ subject: big.subject, kind: "cluster" });
  if (taken.kind !== "taken" || !taken.case) throw new Error("not taken");
  const { case: given, etag } = taken.case;
  const anew = { lastSeen: now, components: components.slice(0, 2), componentCount: 2 };
  const after = {
    ...given,
    history: [...given.history, aLedgerEntry({ id: "new" })],
    findings: given.findings.map((one) => (one.key === "seen" ? { ...one, ...anew } : one)),
  };
  const input = { subject: big.subject, case: after, etag };
  const written = await record(input);
  expect(written.kind).toBe("written");
  expect(await record(input)).toEqual(written);
  const kept = (await tables.cases.find(big.subject))?.case;
  expect(kept?.history.map(({ id }) => id)).toEqual([
    ...history.slice(1).map(({ id }) => id),
    "new",
  ]);
  const componentsOf = (key: string) => kept?.findings.find((one) => one.key === key)?.components;
  expect(componentsOf("seen")).toHaveLength(2);
  expect(componentsOf("unseen")).toEqual(components);
});

it("removes with the case of a registry that is gone what a dead run did not drop", async () => {
  const tables = createInMemoryGateways();
  const gone = aCase({ kind: "registry", gone: true, closedAt: "2026-01-01T00:00:00.000Z" });
  const version = await tables.keptImages.write(gone.subject, [aKeptImage()], gone.updatedAt);
  await tables.cases.put(gone, null);
  const later = plus(gone.updatedAt, { days: 31 });
  const { removeClosedCases } = housekeepingActivities(tables, () => later);
  const input = { subject: "system/housekeeping", keep: aPolicy().keep, next: null };
  expect(await removeClosedCases(input)).toEqual({ removed: 1, next: null });
  expect(await tables.keptImages.read(gone.subject, version)).toBeNull();
});

it("removes cases that were closed long ago with their images, and no open ones", async () => {
  const tables = createInMemoryGateways();
  const closed = aCase({ kind: "registry", closedAt: "2026-01-01T00:00:00.000Z" });
  const open = aCase({ subject: `${closed.subject}2`, closedAt: null });
  const version = await tables.keptImages.write(closed.subject, [aKeptImage()], now);
  const images = { version, open: 0, running: 0, unknown: 0, leftOut: {} };
  const facts = { ...images, openRecommendations: 0, changedAt: null, told: "mail" as const };
  await tables.cases.put({ ...closed, facts: { ...closed.facts, images: facts } }, null);
  await tables.cases.put(open, null);
  const { removeClosedCases } = housekeepingActivities(tables, () => now);
  const input = { subject: "system/housekeeping", keep: aPolicy().keep, next: null };
  expect(await removeClosedCases(input)).toEqual({ removed: 1, next: null });
  expect(await tables.cases.find(closed.subject)).toBeNull();
  expect(await tables.keptImages.read(closed.subject, version)).toBeNull();
  expect(await tables.cases.find(open.subject)).not.toBeNull();
});
