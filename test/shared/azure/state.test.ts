import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RunningAzurite, startAzurite } from "../../../local/host/azurite.ts";
import { createGateways } from "../../../shared/azure/gateways.ts";
import type { Gateways } from "../../../shared/azure/ports.ts";
import type { Reservation } from "../../../shared/azure/table-ports.ts";
import { createInMemoryGateways, type StateGateways } from "../../support/in-memory-gateways.ts";
import {
  aStoredAlert,
  aStoredCase,
  aStoredDigest,
  aStoredEntry,
  aStoredNotice,
  clusterId,
} from "../../support/stored-values.ts";

let azurite: RunningAzurite;
let real: Gateways;

beforeAll(async () => {
  azurite = await startAzurite();
  real = createGateways(configOf());
});

afterAll(() => azurite.stop());

/** The tables in memory, on which other tests stand, must not differ from the real ones. */
const places: readonly [string, () => StateGateways][] = [
  ["Azure Tables", () => real],
  ["memory", createInMemoryGateways],
];

describe.each(places)("the agenda in %s", (_, open) => {
  let tests = 0;
  let subject: string;
  let row: { subject: string; kind: "cluster"; at: string; by: string };

  beforeEach(() => {
    tests += 1;
    subject = clusterId(`agenda-${tests}`);
    row = { subject, kind: "cluster", at: "2026-11-02T08:00:00.000Z", by: "ann" };
  });

  it("holds a mark until it is settled", async () => {
    const { agenda } = open();
    await agenda.mark(row);
    const found = await agenda.find(subject, "cluster");
    expect(found).toMatchObject(row);
    expect(found && (await agenda.settle(found, null))).toBe("settled");
    expect(await agenda.find(subject, "cluster")).toBeNull();
    expect(found && (await agenda.settle(found, null))).toBe("absent");
  });

  it("does not settle what was marked again meanwhile", async () => {
    const { agenda } = open();
    await agenda.mark(row);
    const taken = await agenda.find(subject, "cluster");
    await agenda.mark({ ...row, at: "2026-11-02T08:05:00.000Z" });
    expect(taken && (await agenda.settle(taken, null))).toBe("marked-again");
    expect(taken && (await agenda.settle(taken, "2026-11-03T08:00:00.000Z"))).toBe("marked-again");
    expect((await agenda.find(subject, "cluster"))?.at).toBe(row.at);
  });

  it("leaves what was marked for later meanwhile on the agenda until then", async () => {
    const { agenda } = open();
    await agenda.mark(row);
    const taken = await agenda.find(subject, "cluster");
    const at = "2026-11-02T08:05:00.000Z";
    await agenda.mark({ ...row, at, notBefore: true });
    expect(await agenda.find(subject, "cluster")).toMatchObject({ at: row.at, notBefore: at });
    expect(taken && (await agenda.settle(taken, null))).toBe("settled");
    expect(await agenda.find(subject, "cluster")).toMatchObject({ at, notBefore: at });
    expect(taken && (await agenda.settle(taken, null))).toBe("marked-again");
  });

  it("needs no other look at writes of our own that the look had made and noted", async () => {
    const { agenda } = open();
    const later = { ...row, at: "2026-11-02T08:05:00.000Z", notBefore: true };
    const settle = async (marks: readonly object[], noted: readonly string[]) => {
      await agenda.mark(row);
      const taken = await agenda.find(subject, "cluster");
      for (const more of marks) await agenda.mark({ ...later, ...more });
      if (taken) await agenda.settle(taken, null, noted);
      const left = await agenda.find(subject, "cluster");
      if (left) await agenda.settle({ ...left, notBefore: undefined } as never, null);
      return left;
    };
    expect(await settle([{ own: ["a"] }, { own: ["b"] }], ["a", "b"])).toBeNull();
    expect(await settle([{ own: ["a"] }, { own: ["b"] }], ["a"])).toMatchObject({ at: later.at });
    expect(await settle([{ own: ["a"] }, {}], ["a"])).toMatchObject({ at: later.at });
    expect(await settle([{}, { own: ["a"] }], ["a"])).toMatchObject({ at: later.at });
  });

  it("loses none of the marks that are made at once", async () => {
    const { agenda } = open();
    const minutes = [3, 1, 4, 2, 5];
    const at = (minute: number) => `2026-11-02T08:0${minute}:00.000Z`;
    await Promise.all(
      minutes.map((minute) => agenda.mark({ ...row, at: at(minute), notBefore: true })),
    );
    expect(await agenda.find(subject, "cluster")).toMatchObject({ at: at(1), notBefore: at(5) });
  });

  it("sets a row to a later look", async () => {
    const { agenda } = open();
    await agenda.mark(row);
    const taken = await agenda.find(subject, "cluster");
    expect(taken && (await agenda.settle(taken, "2026-11-03T08:00:00.000Z"))).toBe("settled");
    const later = (await agenda.list()).find((each) => each.subject === subject);
    expect(later).toMatchObject({ at: "2026-11-03T08:00:00.000Z", kind: "cluster", by: "ann" });
  });

  it("takes the system's own work and recipient sets as well", async () => {
    const { agenda } = open();
    const at = "2026-11-02T08:00:00.000Z";
    await agenda.mark({ subject: "system/scan", kind: "scan", at });
    await agenda.mark({ subject: "owners/a@contoso.com,b@contoso.com", kind: "owners", at });
    expect(await agenda.find("system/scan", "scan")).toMatchObject({ at, by: null });
    expect(await agenda.find("owners/a@contoso.com,b@contoso.com", "owners")).toMatchObject({ at });
  });
});

describe.each(places)("cases in %s", (_, open) => {
  it("are written only over what was read", async () => {
    const { cases } = open();
    const value = aStoredCase(clusterId("guarded"));
    expect(await cases.put(value, null)).toBe("written");
    expect(await cases.put(value, null)).toBe("conflict");
    const read = await cases.find(value.subject);
    expect(read?.case).toEqual(value);
    expect(await cases.put({ ...value, name: "two" }, read?.etag ?? "")).toBe("written");
    expect(await cases.put({ ...value, name: "three" }, read?.etag ?? "")).toBe("conflict");
    expect((await cases.findById(value.id.toLowerCase()))?.name).toBe("two");
    await cases.remove(value.subject);
    expect(await cases.find(value.subject)).toBeNull();
    expect(await cases.put(value, read?.etag ?? "")).toBe("conflict");
  });

  it.each([
    ["long", "a".repeat(100_000)],
    ["foreign", `${"a".repeat(28_999)}\u{1F433}${"\u{1F433}ö".repeat(10_000)}`],
    ["broken", "half a character: \ud800, and \u0000\u2028"],
    ["huge", "Pod shop/cart violates. ".repeat(50_000)],
  ])("keep text that is %s", async (kind, title) => {
    const { cases } = open();
    const value = aStoredCase(clusterId(kind), { name: title });
    await cases.put(value, null);
    const name = (await cases.find(value.subject))?.case.name;
    expect(name?.length).toBe(title.length);
    expect(name === title).toBe(true);
  });

  it("are listed by subscription and by whether they are open", async () => {
    const { cases } = open();
    const elsewhere = "22222222-aaaa-4000-8000-000000000002";
    const ended = { closedAt: "2026-11-03T08:00:00.000Z" };
    const subjects = Array.from({ length: 60 }, (_, place) => clusterId(`c${place}`, elsewhere));
    for (const [place, subject] of subjects.entries()) {
      await cases.put(aStoredCase(subject, place === 0 ? ended : {}), null);
    }
    const names: string[] = [];
    let next: string | null = null;
    do {
      const filter = { subscriptionId: elsewhere.toUpperCase(), open: true };
      const page: Awaited<ReturnType<typeof cases.list>> = await cases.list(filter, next);
      names.push(...page.rows.map(({ subject }) => subject));
      next = page.next;
    } while (next !== null);
    expect(names.toSorted()).toEqual(subjects.slice(1).toSorted());
    const some = [subjects[3], clusterId("nowhere"), subjects[5]].map(String);
    expect((await cases.findMany(some)).map(({ subject }) => subject)).toEqual([some[0], some[2]]);
    expect(await cases.findMany([...subjects, clusterId("nowhere")])).toHaveLength(60);
  });
});

describe.each(places)("alerts in %s", (_, open) => {
  it("are new once, and move with their subject", async () => {
    const { alerts } = open();
    const node = `${clusterId("alerts")}-vmss`;
    const alert = aStoredAlert("2518_alert/with#odd?id", { resource: node, subject: node });
    expect(await alerts.insert(alert)).toBe("new");
    expect(await alerts.insert({ ...alert, severity: "Low" })).toBe("seen");
    expect(await alerts.bySubject(node.toUpperCase())).toEqual([alert]);
    expect(await alerts.move(node, clusterId("alerts"))).toBe(1);
    expect(await alerts.bySubject(node)).toEqual([]);
    const moved = { ...alert, subject: clusterId("alerts") };
    expect(await alerts.bySubject(clusterId("alerts"))).toEqual([moved]);
    await alerts.setStatus(alert, "resolved");
    const resolved = { ...moved, status: "resolved" };
    expect(await alerts.bySubject(clusterId("alerts"))).toEqual([resolved]);
    expect(await alerts.removeOlder("2026-12-03T00:00:00.000Z")).toBe(1);
    expect(await alerts.insert(alert)).toBe("new");
    await alerts.removeOlder("2026-12-03T00:00:00.000Z");
  });
});

describe.each(places)("notices in %s", (_, open) => {
  const owners = "owners/ann@contoso.com";

  it("are told once, and anew only when the thing came back", async () => {
    const { notices } = open();
    const first = aStoredNotice("finding:policy:1");
    await notices.upsert(owners, [first]);
    await notices.upsert(owners, [{ ...first, createdAt: "2026-11-02T08:30:00.000Z" }]);
    expect(await notices.list(owners)).toEqual([first]);
    await notices.upsert(owners, [{ ...first, digest: "digest-1" }]);
    const sentAt = "2026-11-02T09:00:00.000Z";
    await notices.markSent(owners, [first], sentAt);
    await notices.upsert(owners, [{ ...first, createdAt: "2026-11-02T08:50:00.000Z" }]);
    expect(await notices.list(owners)).toEqual([{ ...first, digest: "digest-1", sentAt }]);
    const again = { ...first, createdAt: "2026-11-20T08:00:00.000Z" };
    await notices.upsert(owners, [again]);
    expect(await notices.list(owners)).toEqual([again]);
    await notices.remove(owners, [first]);
    expect(await notices.list(owners)).toEqual([]);
  });

  it("of one recipient set are not those of another; they grow old from when they were told, or left", async () => {
    const { notices } = open();
    const one = aStoredNotice("alert:a/b#c");
    const two = aStoredNotice("fixed:x", { createdAt: "2026-11-02T07:00:00.000Z" });
    const never = aStoredNotice("alert:never", { createdAt: "2026-11-01T07:00:00.000Z" });
    await notices.upsert(owners, [one, two, never]);
    await notices.upsert("owners/bob@contoso.com", [one]);
    expect(await notices.list(owners)).toEqual([never, two, one]);
    const sentAt = "2026-11-02T09:00:00.000Z";
    await notices.markSent(owners, [one], sentAt);
    expect(await notices.removeOlder("2026-11-02T06:30:00.000Z")).toBe(1);
    expect(await notices.list(owners)).toEqual([two, { ...one, sentAt }]);
    expect(await notices.removeOlder("2026-11-02T08:00:00.000Z")).toBe(1);
    expect(await notices.list(owners)).toEqual([{ ...one, sentAt }]);
    expect(await notices.list("owners/bob@contoso.com")).toEqual([one]);
    expect(await notices.removeOlder("2026-12-02T09:00:00.000Z")).toBe(2);
  });

  it("are read about one subject alone where one is named", async () => {
    const { notices } = open();
    const own = ["finding:a", "fixed:b"].map((key) => aStoredNotice(key));
    const other = aStoredNotice("finding:a", { subject: `${own[0]?.subject}-2` });
    await notices.upsert(owners, [...own, other]);
    const found = await notices.list(owners, own[0]?.subject);
    expect(found.map(({ key }) => key).sort()).toEqual(["finding:a", "fixed:b"]);
    expect(await notices.list(owners, other.subject)).toEqual([other]);
    await notices.remove(owners, [...own, other]);
  });
});

describe.each(places)("digests in %s", (_, open) => {
  const owners = "owners/carl@contoso.com";

  it("stay as they were frozen first", async () => {
    const { digests } = open();
    const html = `<p>${"x".repeat(700_000)}</p>`;
    const frozen = aStoredDigest("5e0a5a4e-0000-4000-8000-000000000001", {
      message: { to: ["carl@contoso.com"], subject: "s", text: "t", html },
    });
    expect(await digests.freeze(owners, frozen)).toEqual(frozen);
    expect(await digests.freeze(owners, { ...frozen, urgent: true })).toEqual(frozen);
    const later = aStoredDigest("5e0a5a4e-0000-4000-8000-000000000002", {
      frozenAt: "2026-11-03T09:00:00.000Z",
    });
    await digests.freeze(owners, later);
    const sending = (await digests.list("sending")).filter((each) => each.owners === owners);
    expect(sending.map(({ digest }) => digest.id)).toEqual([frozen.id, later.id]);
    const sent = { ...frozen, status: "sent", sentAt: "2026-11-02T09:01:00.000Z" } as const;
    await digests.update(owners, sent);
    expect(await digests.find(owners, frozen.id)).toEqual(sent);
    expect(await digests.ofOwners(owners)).toEqual([later, sent]);
    expect(await digests.sentSince("2026-11-02T09:00:00.000Z")).toEqual([sent.sentAt]);
    expect(await digests.removeOlder("2027-01-01T00:00:00.000Z")).toBe(1);
    expect(await digests.ofOwners(owners)).toEqual([later]);
  });
});

describe.each(places)("the ledger in %s", (_, open) => {
  it("lists whole days, newest first, and a repeat overwrites", async () => {
    const { ledger } = open();
    const times = ["2026-11-01T23:00", "2026-11-02T08:00", "2026-11-02T09:00", "2026-11-03T01:00"];
    const entries = times.map((time, place) =>
      aStoredEntry(`id-${place}`, { at: `${time}:00.000Z` }),
    );
    for (const entry of [...entries, ...entries]) await ledger.write(entry);
    const list = async (from: string, to: string) => {
      const ids: string[] = [];
      for await (const { id } of ledger.list(from, to)) ids.push(id);
      return ids;
    };
    expect(await list("2026-11-01", "2026-11-03")).toEqual(["id-3", "id-2", "id-1", "id-0"]);
    expect(await list("2026-11-02T23:59:00Z", "2026-11-02")).toEqual(["id-2", "id-1"]);
    expect(await ledger.removeOlder("2026-11-02T12:00:00.000Z")).toBe(1);
    expect(await list("2026-11-01", "2026-11-03")).toEqual(["id-3", "id-2", "id-1"]);
  });
});

describe.each(places)("the quarantine in %s", (_, open) => {
  it("keeps what could not be read, with its body, once a day", async () => {
    const { quarantine } = open();
    const poison = { at: "2026-11-02T08:00:00.000Z", source: "defenderEvents", reason: "no id" };
    const id = await quarantine.put({ ...poison, body: '{"a":"ö"}' });
    expect(await quarantine.put({ ...poison, body: '{"a":"ö"}' })).toBe(id);
    const other = await quarantine.put({ ...poison, body: '{"A":"ö"}' });
    expect(other).not.toBe(id);
    const entry = { ...poison, id, bytes: 10 };
    expect(await quarantine.body(id)).toEqual({ entry, body: '{"a":"ö"}' });
    expect(await quarantine.list()).toContainEqual(entry);
    await quarantine.remove(id);
    expect(await quarantine.body(id)).toBeNull();
    expect(await quarantine.body("../../etc/passwd")).toBeNull();
    expect(await quarantine.removeOlder("2026-12-02T00:00:00.000Z")).toBe(1);
    expect(await quarantine.list()).toEqual([]);
  });
});

describe.each(places)("exemptions in %s", (_, open) => {
  it("are one for each scope and rule", async () => {
    const { exemptions } = open();
    const exemption = {
      scope: "/subscriptions/11111111-aaaa-4000-8000-000000000001/resourceGroups/RG",
      rule: "addon",
      until: "2027-01-31",
      reason: "moving",
      approvedBy: "ann",
    } as const;
    await exemptions.put(exemption);
    await exemptions.put({ ...exemption, scope: exemption.scope.toLowerCase(), reason: "moved" });
    expect((await exemptions.list()).map(({ reason }) => reason)).toEqual(["moved"]);
    expect(await exemptions.remove(exemption.scope, "any/text#from?http")).toBe(false);
    expect(await exemptions.remove(`${exemption.scope}/`, "addon")).toBe(true);
    expect(await exemptions.list()).toEqual([]);
  });
});

describe.each(places)("the system's own facts in %s", (_, open) => {
  it("remember sweep, scan, stop and feeds", async () => {
    const { system } = open();
    const at = "2026-11-02T08:00:00.000Z";
    expect(await system.lastSweep()).toBeNull();
    await system.noteSweep(at);
    await system.noteScan(at);
    expect([await system.lastSweep(), await system.lastScan()]).toEqual([at, at]);
    const stop = { at, by: "ann", why: "change freeze" };
    await system.setStop(stop);
    expect(await system.stop()).toEqual(stop);
    await system.setStop(null);
    await system.setStop(null);
    expect(await system.stop()).toBeNull();
    await system.noteFeed("defenderEvents", at);
    await system.noteFeed("policyStates", "2026-11-02T08:10:00.000Z");
    await system.noteFeed("defenderEvents", "2026-11-02T08:05:00.000Z");
    expect(await system.feeds()).toEqual({
      defenderEvents: "2026-11-02T08:05:00.000Z",
      policyStates: "2026-11-02T08:10:00.000Z",
    });
  });

  it("remember since when a stage is in force", async () => {
    const { system } = open();
    expect(await system.stageSince("watch", "2026-11-01T00:00:00.000Z")).toMatch(/^2026-11-01/);
    expect(await system.stageSince("watch", "2026-11-05T00:00:00.000Z")).toMatch(/^2026-11-01/);
    expect(await system.stageSince("fix-new", "2026-11-09T00:00:00.000Z")).toMatch(/^2026-11-09/);
    expect(await system.stageSince("watch", "2026-11-10T00:00:00.000Z")).toMatch(/^2026-11-10/);
  });

  it("remember the subscriptions ever seen", async () => {
    const { system } = open();
    const many = Array.from({ length: 130 }, (_, place) => ({
      id: `S${place}`,
      name: `n${place}`,
    }));
    await system.noteSubscriptions(many, "2026-11-01T00:00:00.000Z");
    await system.noteSubscriptions([{ id: "s7", name: "renamed" }], "2026-11-02T00:00:00.000Z");
    const known = await system.subscriptions();
    expect(known).toHaveLength(130);
    expect(known.find(({ id }) => id === "s7")).toEqual({
      id: "s7",
      name: "renamed",
      firstSeen: "2026-11-01T00:00:00.000Z",
      lastSeen: "2026-11-02T00:00:00.000Z",
      outOfScope: false,
    });
    await system.noteSubscriptions([], "2026-11-03T00:00:00.000Z", ["S7", "never-seen"]);
    const left = (await system.subscriptions()).filter(({ outOfScope }) => outOfScope);
    expect(left).toMatchObject([{ id: "s7", lastSeen: "2026-11-02T00:00:00.000Z" }]);
  });

  it("count failed verifications in a row", async () => {
    const { system } = open();
    const counts = [await system.noteVerification(false), await system.noteVerification(false)];
    counts.push(await system.noteVerification(true), await system.noteVerification(true));
    counts.push(await system.noteVerification(false));
    expect(counts).toEqual([1, 2, 0, 0, 1]);
  });
});

describe.each(places)("limits in %s", (_, open) => {
  const room = { perHour: 10, perDay: 12, costPerMonth: 100, addedCost: 0 };
  const wish = (over: Partial<Reservation>): Reservation => ({
    ...room,
    key: "run-1",
    at: "2026-11-02T10:30:00.000Z",
    ...over,
  });

  it("count a repeat once", async () => {
    const { system } = open();
    const at = "2026-11-03T10:30:00.000Z";
    for (let time = 0; time < 15; time++) {
      expect(await system.reserve(wish({ at }))).toEqual({ kind: "reserved" });
    }
    const over = await system.reserve(wish({ at, key: "other", perHour: 1 }));
    expect(over).toEqual({ kind: "over", which: "hour", used: 1, limit: 1 });
  });

  it("are not passed by many runs at once, in two processes", async () => {
    const { system } = open();
    const other = open().system === real.system ? createGateways(configOf()).system : system;
    const keys = Array.from({ length: 30 }, (_, place) => `run-${place}`);
    const results = await Promise.all(
      keys.map((key, place) => (place % 2 ? system : other).reserve(wish({ key }))),
    );
    expect(results.filter(({ kind }) => kind === "reserved")).toHaveLength(10);
    const nextHour = "2026-11-02T11:00:00.000Z";
    const more = [];
    for (const key of ["more-1", "more-2", "more-3"]) {
      more.push(await system.reserve(wish({ key, at: nextHour })));
    }
    expect(more.map(({ kind }) => kind)).toEqual(["reserved", "reserved", "over"]);
    expect(more[2]).toMatchObject({ which: "day", used: 12, limit: 12 });
  });

  it("add up what a month costs, and take nothing for what is over", async () => {
    const { system } = open();
    const december = { at: "2026-12-02T10:30:00.000Z", addedCost: 60 };
    expect(await system.reserve(wish({ ...december, key: "a" }))).toEqual({ kind: "reserved" });
    expect(await system.reserve(wish({ ...december, key: "b" }))).toEqual({
      kind: "over",
      which: "month",
      used: 60,
      limit: 100,
    });
    const small = wish({ ...december, key: "c", addedCost: 40, perHour: 2 });
    expect(await system.reserve(small)).toEqual({ kind: "reserved" });
    const free = wish({ ...december, key: "d", costPerMonth: 0, addedCost: 0 });
    expect(await system.reserve(free)).toEqual({ kind: "reserved" });
  });
});

const configOf = (): Parameters<typeof createGateways>[0] => ({
  credential: { kind: "local" },
  storage: { kind: "connection-string", value: azurite.connectionString },
  localRoutes: {},
  readOnly: false,
  mail: { endpoint: null, from: null, replyTo: null },
  appVersion: "test",
});
