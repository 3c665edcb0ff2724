import { beforeEach, expect, it } from "vitest";
import { composeActivities } from "../../../functions/activities/compose.ts";
import { deliveryActivities } from "../../../functions/activities/delivery.ts";
import { housekeepingActivities } from "../../../functions/activities/housekeeping.ts";
import { noticeActivities } from "../../../functions/activities/notices.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import { decideNotices } from "../../../shared/decisions/notices.ts";
import type { Case } from "../../../shared/domain/case.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import { ownersSubject } from "../../../shared/domain/subject.ts";
import {
  aCase,
  aFinding,
  aNotice,
  anInForce,
  anOwnerTag,
  aPolicy,
  someOwnerFacts,
  someRecipients,
} from "../../support/builders.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const day = 24 * 3_600_000;
const [ann, bob] = ["ann@contoso.com", "bob@contoso.com"];
const { subject } = aCase();

let clock: number;
let stage: Stage;
let owner: string;
let tables: ReturnType<typeof createInMemoryGateways>;
let finding: { firstSeen: string; resolvedAt: string | null };

const now = () => new Date(clock).toISOString();
const inForce = async () => anInForce({ stage });
const source = { recent: inForce, live: inForce };

beforeEach(() => {
  clock = Date.parse("2026-11-23T09:30:00.000Z");
  stage = "tell";
  owner = ann;
  tables = createInMemoryGateways();
  finding = { firstSeen: now(), resolvedAt: null };
});

/** A look: what it has to tell is left, then its case is recorded. */
async function look(): Promise<void> {
  clock += 60_000;
  const found = await tables.cases.find(subject);
  const before = found?.case ?? null;
  const recipients = someRecipients({ to: [owner] });
  const after: Case = aCase({
    findings: [aFinding(finding)],
    recipients,
    stage,
    updatedAt: now(),
  });
  const notices = decideNotices({
    before,
    after,
    alerts: [],
    newChanges: [],
    recipients,
    inForce: await inForce(),
    now: now(),
  });
  const since = before?.updatedAt ?? null;
  await noticeActivities(tables, now).tell({ subject, to: [owner], notices, since });
  await tables.cases.put(after, found?.etag ?? null);
}

/** The window of each recipient set, and the delivery of what is composed. */
async function morning(): Promise<void> {
  clock = Math.floor(clock / day) * day + day + 9.5 * 3_600_000;
  const ownFacts = () => someOwnerFacts({ tags: [anOwnerTag({ value: owner })] });
  const owners = {
    facts: async () => ownFacts(),
    factsOf: async (ids: readonly string[]) => new Map(ids.map((id) => [id, ownFacts()])),
  };
  const { composeMail } = composeActivities({ ...tables, owners }, source, now);
  const mail = {
    send: async () => ({ kind: "accepted" as const }),
    status: async () => ({ kind: "sent" as const }),
  };
  const delivery = deliveryActivities({ ...tables, mail }, source, {
    quota: mailQuotas.managed,
    now,
  });
  for (const to of [ann, bob, ann, bob]) {
    await composeMail({ subject: ownersSubject([to]), operationId: crypto.randomUUID() });
    await delivery.deliverNext({ subject: "system/delivery" });
    await delivery.deliverNext({ subject: "system/delivery" });
  }
}

const mailsTo = async (to: string) =>
  (await tables.digests.ofOwners(ownersSubject([to]))).filter(({ status }) => status === "sent")
    .length;

it("tells new owners once what was moved to them before it was sent", async () => {
  await look();
  owner = bob;
  await morning();
  await look();
  await morning();
  expect([await mailsTo(ann), await mailsTo(bob)]).toEqual([0, 1]);
});

it("tells new owners once what the earlier ones were told of", async () => {
  await look();
  await morning();
  owner = bob;
  for (let round = 0; round < 2; round += 1) {
    await look();
    await morning();
  }
  expect([await mailsTo(ann), await mailsTo(bob)]).toEqual([1, 1]);
});

it("reminds those who own it now, and no longer those who did", async () => {
  await look();
  await morning();
  owner = bob;
  await look();
  for (let days = 0; days < 13; days += 1) await morning();
  expect([await mailsTo(ann), await mailsTo(bob)]).toEqual([1, 2]);
});

it("reminds as long as it is open, however long that is, and then says that it is fixed", async () => {
  const { removeOld } = housekeepingActivities(tables, now);
  const keep = { ...aPolicy().keep, casesDays: 20 };
  await look();
  for (let days = 0; days < 60; days += 1) {
    await morning();
    await removeOld({ subject: "system/housekeeping", keep });
  }
  const last = async () => {
    const mails = await tables.digests.ofOwners(ownersSubject([ann]));
    return mails.toSorted((one, other) => one.frozenAt.localeCompare(other.frozenAt)).at(-1);
  };
  expect(Date.parse(now()) - Date.parse((await last())?.frozenAt ?? "")).toBeLessThan(9 * day);
  finding.resolvedAt = now();
  await look();
  for (let days = 0; days < 3; days += 1) await morning();
  expect((await last())?.notices).toEqual([{ subject, key: `fixed:${aFinding().key}` }]);
});

it("never mails an alert that was only previewed and is over, however old its preview grows", async () => {
  const { removeOld } = housekeepingActivities(tables, now);
  const { keep } = aPolicy();
  const key = "alert:2518-1";
  const told = aNotice({ key, kind: "alert", urgent: true, createdAt: now() });
  stage = "watch";
  await tables.cases.put(aCase({ findings: [aFinding({ key, rule: "alerts" })] }), null);
  await noticeActivities(tables, now).tell({ subject, to: [ann], notices: [told], since: null });
  await morning();
  expect(await tables.digests.list("preview")).toHaveLength(1);
  stage = "tell";
  const found = await tables.cases.find(subject);
  // The case has forgotten it, as it does some time after an alert is over.
  await tables.cases.put(aCase(), found?.etag ?? null);
  for (let days = 0; days < keep.casesDays + 3; days += 1) {
    await morning();
    await removeOld({ subject: "system/housekeeping", keep });
  }
  await morning();
  expect(await mailsTo(ann)).toBe(0);
  expect(await tables.notices.list(ownersSubject([ann]))).toEqual([]);
});

it("tells owners nothing again who own the resource once more", async () => {
  await look();
  await morning();
  owner = bob;
  await look();
  owner = ann;
  await morning();
  await look();
  await morning();
  expect([await mailsTo(ann), await mailsTo(bob)]).toEqual([1, 0]);
});

it("tells nothing again after a while at a stage that sends no mail", async () => {
  await look();
  await morning();
  for (const next of ["watch", "tell"] as const) {
    stage = next;
    await look();
    await morning();
  }
  expect(await mailsTo(ann)).toBe(1);
});

it("mails what was only previewed, once", async () => {
  stage = "watch";
  await look();
  await morning();
  for (const next of ["tell", "watch", "tell"] as const) {
    stage = next;
    await look();
    await morning();
  }
  expect(await mailsTo(ann)).toBe(1);
});

it("tells a thing anew that came back", async () => {
  await look();
  await morning();
  finding.resolvedAt = now();
  await look();
  await morning();
  finding = { firstSeen: now(), resolvedAt: null };
  await look();
  await morning();
  expect(await mailsTo(ann)).toBe(3);
});
