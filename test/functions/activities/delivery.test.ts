import { beforeEach, expect, it } from "vitest";
import { deliveryActivities, operatorsKey } from "../../../functions/activities/delivery.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import type { MailGateway } from "../../../shared/azure/ports.ts";
import type { Digest, Notice } from "../../../shared/domain/notice.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import { anInForce } from "../../support/in-force.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const owners = "owners/shop-team@contoso.com";
const subject = "system/delivery";
const start = Date.parse("2026-11-23T09:00:00.000Z");
const iso = (at: number) => new Date(at).toISOString();

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

it("gives up waiting for a final word after an hour", async () => {
  await freeze("a");
  await step();
  clock += 30 * 60_000;
  expect(await step()).toEqual({ kind: "running" });
  clock += 31 * 60_000;
  expect(await step()).toMatchObject({ kind: "sent" });
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

function aDigest(id: string, over: Partial<Digest> = {}): Digest {
  return {
    id,
    recipients: ["shop-team@contoso.com"],
    urgent: false,
    notices: [{ subject: "s", key: "finding:addon" }],
    message: { to: ["shop-team@contoso.com"], subject: "s", text: "t", html: "<p>t</p>" },
    status: "sending",
    frozenAt: iso(start),
    sentAt: null,
    attempts: 0,
    outcome: null,
    ...over,
  };
}

function aNotice(): Notice {
  return {
    key: "finding:addon",
    subject: "s",
    caseId: "7F3KQ2M9",
    kind: "finding",
    severity: "Medium",
    urgent: false,
    title: "Azure Policy add-on is off",
    createdAt: iso(start - 60_000),
    notBefore: null,
    sentAt: null,
    digest: null,
  };
}

/** A mail service that remembers operations by id, as the real one does. */
function createMailService() {
  const operations = new Map<string, "running" | "sent">();
  const sends: string[] = [];
  let trouble: "none" | "before" | "after" = "none";
  let refusal: string | null = null;
  const gateway: MailGateway = {
    async send(_message, id) {
      const now = trouble;
      trouble = "none";
      if (now === "before") throw new Error("socket hang up");
      if (refusal) return { kind: "refused", status: 400, code: refusal, message: "no" };
      sends.push(id);
      operations.set(id, "running");
      if (now === "after") throw new Error("socket hang up");
      return { kind: "accepted" };
    },
    status: async (id) => ({ kind: operations.get(id) ?? "unknown" }),
  };
  return {
    gateway,
    sends,
    settle: (to: "sent") => {
      for (const id of operations.keys()) operations.set(id, to);
    },
    crashAfterNextSend: () => {
      trouble = "after";
    },
    crashBeforeNextSend: () => {
      trouble = "before";
    },
    refuseNext: (code: string) => {
      refusal = code;
    },
  };
}
