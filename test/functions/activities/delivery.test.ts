import { beforeEach, expect, it } from "vitest";
import { deliveryActivities, operatorsKey } from "../../../functions/activities/delivery.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import { AzureError } from "../../../shared/azure/errors.ts";
import type { MailGateway } from "../../../shared/azure/ports.ts";
import type { AgendaRow } from "../../../shared/domain/agenda-row.ts";
import type { Digest } from "../../../shared/domain/notice.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import { aNotice, anInForce, aDigest as aSentDigest } from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const owners = "owners/shop-team@contoso.com";
const subject = "system/delivery";
const start = Date.parse("2026-11-23T09:00:00.000Z");
const iso = (at: number) => new Date(at).toISOString();

type Answered = Awaited<ReturnType<MailGateway["status"]>>;

let clock = start;
let stage: Stage = "tell";
let tables = createInMemoryGateways();
let service = createMailService();

beforeEach(() => {
  clock = start;
  stage = "tell";
  tables = createInMemoryGateways();
  service = createMailService();
});

it("sends a mail once under its own id, then notes it and its notices as sent", async () => {
  await tables.notices.upsert(owners, [aNotice()]);
  await freeze("11111111-1111-4111-8111-111111111111");
  expect(await step()).toEqual({ kind: "running" });
  service.settle("sent");
  expect(await step()).toMatchObject({ kind: "sent" });
  expect(await step()).toEqual({ kind: "idle" });
  expect(service.sends).toEqual(["11111111-1111-4111-8111-111111111111"]);
  expect((await tables.notices.list(owners))[0]?.sentAt).toBe(iso(start));
  expect(await tables.agenda.find(owners, "owners")).toBeNull();
});

it("puts recipients for whom more waits back on the agenda", async () => {
  await freeze("a");
  await tables.notices.upsert(owners, [aNotice({ key: "finding:left since" })]);
  await step();
  service.settle("sent");
  await step();
  expect(await tables.agenda.find(owners, "owners")).toMatchObject({ at: iso(start) });
});

it("asks what became of a mail whose answer was lost, and does not send it again", async () => {
  await freeze("a");
  service.crashAfterNextSend();
  await expect(step()).rejects.toThrow("socket hang up");
  service.settle("sent");
  expect(await step()).toMatchObject({ kind: "sent" });
  expect(service.sends).toEqual(["a"]);
});

it("sends again under the same id what the service has never seen", async () => {
  await freeze("a");
  service.crashBeforeNextSend();
  await expect(step()).rejects.toThrow("socket hang up");
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["a"]);
});

it("lets urgent mail go first, then the oldest", async () => {
  await freeze("old", { frozenAt: iso(start - 2000) });
  await freeze("new", { frozenAt: iso(start - 1000) });
  await freeze("urgent", { urgent: true });
  for (let mail = 0; mail < 3; mail += 1) {
    await step();
    service.settle("sent");
    await step();
  }
  expect(service.sends).toEqual(["urgent", "old", "new"]);
});

it("stops at the quota and says when it goes on", async () => {
  for (let mail = 0; mail < 6; mail += 1) await freeze(`m${mail}`);
  for (let mail = 0; mail < 5; mail += 1) {
    await step();
    service.settle("sent");
    await step();
  }
  expect(await step()).toEqual({ kind: "paced", until: iso(start + 61_000) });
  expect(service.sends).toHaveLength(5);
});

it("keeps a refused mail as failed and looks at its recipients only tomorrow", async () => {
  await freeze("a");
  service.refuseNext("InvalidRecipient");
  expect(await step()).toMatchObject({ kind: "failed" });
  const [kept] = await tables.digests.ofOwners(owners);
  expect(kept).toMatchObject({ status: "failed", outcome: "InvalidRecipient: no" });
  expect(await tables.agenda.find(owners, "owners")).toMatchObject({
    at: iso(start + 24 * 3_600_000),
  });
});

it("thinks of an urgent mail that was refused again in an hour, and of the next one only tomorrow", async () => {
  await freeze("a", { urgent: true });
  service.refuseNext("TemporarilyNot");
  expect(await step()).toMatchObject({ kind: "failed" });
  expect(await tables.agenda.find(owners, "owners")).toMatchObject({ at: iso(start + 3_600_000) });
  await tables.agenda.settle(await rowOf(owners), null);
  await freeze("b", { urgent: true });
  service.refuseNext("TemporarilyNot");
  expect(await step()).toMatchObject({ kind: "failed" });
  expect(await tables.agenda.find(owners, "owners")).toMatchObject({
    at: iso(start + 24 * 3_600_000),
  });
});

it("holds owners' mail below the stage that tells, but not the operators' report", async () => {
  stage = "watch";
  await freeze("owner");
  expect(await step()).toEqual({ kind: "held" });
  await tables.digests.freeze(operatorsKey, aDigest("report"));
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["report"]);
  stage = "off";
  service.settle("sent");
  expect(await step()).toMatchObject({ kind: "sent" });
  expect(await step()).toEqual({ kind: "held" });
});

it("lets a mail that the service does not take keep no other back, and ends it after a day", async () => {
  await freeze("bad", { frozenAt: iso(start - 2000) });
  await freeze("urgent-bad", { frozenAt: iso(start - 1000), urgent: true });
  await freeze("good");
  service.cannotTake("bad");
  service.cannotTake("urgent-bad");
  for (let round = 0; round < 25 * 12; round += 1) {
    await step().catch(() => null);
    service.settle("sent");
    clock += 5 * 60_000;
    if (round === 12) expect(service.sends).toEqual(["good"]);
  }
  const kept = await tables.digests.ofOwners(owners);
  expect(Object.fromEntries(kept.map(({ id, status }) => [id, status]))).toEqual({
    bad: "failed",
    "urgent-bad": "failed",
    good: "sent",
  });
  expect(service.sends).toEqual(["good"]);
});

it("lets a mail of which the service says nothing final keep no other back, and sends it once", async () => {
  await freeze("silent");
  await step();
  await freeze("urgent", { urgent: true });
  clock += 60_000;
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["silent"]);
  clock += 5 * 60_000;
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["silent", "urgent"]);
  service.settle("sent", ["urgent"]);
  expect(await step()).toEqual({ kind: "sent", id: "urgent" });
  expect(await step()).toEqual({ kind: "running" });
  clock += 60 * 60_000;
  expect(await step()).toEqual({ kind: "sent", id: "silent" });
  expect(await step()).toEqual({ kind: "idle" });
  expect(service.sends).toEqual(["silent", "urgent"]);
});

it("sends no mail that waited a day, and has what it held composed anew", async () => {
  stage = "watch";
  await tables.notices.upsert(owners, [aNotice()]);
  await freeze("old");
  await freeze("also-old", { urgent: true });
  clock += 25 * 3_600_000;
  expect(await step()).toEqual({ kind: "held" });
  stage = "tell";
  await freeze("new", { frozenAt: iso(clock) });
  expect(await step()).toEqual({ kind: "stale", id: "also-old" });
  expect(await step()).toEqual({ kind: "stale", id: "old" });
  expect(await tables.agenda.find(owners, "owners")).toMatchObject({ at: iso(clock) });
  expect((await tables.notices.list(owners))[0]?.sentAt).toBeNull();
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["new"]);
  expect(await tables.digests.sentSince(iso(0))).toEqual([iso(clock)]);
});

it("ends a report that waited a day", async () => {
  await tables.digests.freeze(operatorsKey, aDigest("report"));
  clock += 24 * 3_600_000;
  expect(await step()).toEqual({ kind: "stale", id: "report" });
  expect(await step()).toEqual({ kind: "idle" });
  expect(await tables.agenda.list()).toEqual([]);
});

async function rowOf(subject: string): Promise<AgendaRow> {
  const row = await tables.agenda.find(subject, "owners");
  if (!row) throw new Error("the recipients are not on the agenda");
  return row;
}

const noWord: readonly [string, () => Promise<Answered>][] = [
  ["it runs", async () => ({ kind: "running" })],
  ["wait", async () => ({ kind: "wait", seconds: 20, why: "throttled" })],
  ["nothing that can be read", () => Promise.reject(new AzureError("HTTP 500", { status: 500 }))],
];

it.each(noWord)("after five minutes sends the next mail in spite of: %s", async (_, answer) => {
  await freeze("silent");
  await step();
  service.answerStatus(answer);
  await freeze("next");
  clock += 4 * 60_000;
  await step().catch(() => null);
  expect(service.sends).toEqual(["silent"]);
  clock += 60_000;
  expect(await step()).toEqual({ kind: "running" });
  expect(service.sends).toEqual(["silent", "next"]);
});

it.each(noWord)("gives up waiting for a final word after an hour of: %s", async (_, answer) => {
  await freeze("a");
  await step();
  service.answerStatus(answer);
  clock += 59 * 60_000;
  const still = await step().catch((fault: unknown) => fault);
  expect(still).not.toMatchObject({ kind: "sent" });
  clock += 2 * 60_000;
  expect(await step()).toMatchObject({ kind: "sent" });
  expect((await tables.digests.ofOwners(owners))[0]).toMatchObject({ outcome: "no final word" });
});

it("takes a refused question for no word about the mail, and does not compose it again", async () => {
  await tables.notices.upsert(owners, [aNotice()]);
  await freeze("a");
  await step();
  const no = { kind: "refused", status: 403, code: "Forbidden", message: "no" } as const;
  service.answerStatus(async () => no);
  expect(await step()).toEqual({ kind: "running" });
  clock += 11 * 60_000;
  expect(await step()).toMatchObject({ kind: "sent" });
  expect((await tables.notices.list(owners))[0]?.sentAt).toBe(iso(start));
});

it("keeps a mail as failed that the service says has failed", async () => {
  await tables.notices.upsert(owners, [aNotice()]);
  await freeze("a");
  await step();
  service.answerStatus(async () => ({ kind: "failed", code: "Bounced", message: "no" }));
  expect(await step()).toMatchObject({ kind: "failed" });
  const [kept] = await tables.digests.ofOwners(owners);
  expect(kept).toMatchObject({ status: "failed", outcome: "Bounced: no" });
  expect((await tables.notices.list(owners))[0]?.sentAt).toBeNull();
});

function step() {
  const inForce = async () => anInForce({ stage });
  const source = { recent: inForce, live: inForce };
  const facts = { quota: mailQuotas.managed, now: () => iso(clock) };
  return deliveryActivities({ ...tables, mail: service.gateway }, source, facts).deliverNext({
    subject,
  });
}

const freeze = (id: string, over: Partial<Digest> = {}) =>
  tables.digests.freeze(owners, aDigest(id, over));

const aDigest = (id: string, over: Partial<Digest> = {}): Digest =>
  aSentDigest({
    ...{ id, status: "sending", attempts: 0, outcome: null },
    ...{ frozenAt: iso(start), sentAt: null },
    ...over,
  });

/** A mail service that remembers operations by id, as the real one does. */
function createMailService() {
  const operations = new Map<string, "running" | "sent">();
  let answer: (() => Promise<Answered>) | null = null;
  const sends: string[] = [];
  const untaken = new Set<string>();
  let trouble: "none" | "before" | "after" = "none";
  let refusal: string | null = null;
  const gateway: MailGateway = {
    async send(_message, id) {
      const now = trouble;
      trouble = "none";
      if (now === "before" || untaken.has(id)) throw new Error("socket hang up");
      if (refusal) return { kind: "refused", status: 400, code: refusal, message: "no" };
      sends.push(id);
      operations.set(id, "running");
      if (now === "after") throw new Error("socket hang up");
      return { kind: "accepted" };
    },
    status: async (id) => (answer ? answer() : { kind: operations.get(id) ?? "unknown" }),
  };
  return {
    gateway,
    sends,
    settle: (to: "sent", ids: Iterable<string> = operations.keys()) => {
      for (const id of ids) operations.set(id, to);
    },
    cannotTake: (id: string) => {
      untaken.add(id);
    },
    crashAfterNextSend: () => {
      trouble = "after";
    },
    crashBeforeNextSend: () => {
      trouble = "before";
    },
    answerStatus: (next: () => Promise<Answered>) => {
      answer = next;
    },
    refuseNext: (code: string) => {
      refusal = code;
    },
  };
}
