import { beforeEach, expect, it } from "vitest";
import { composeActivities } from "../../../functions/activities/compose.ts";
import { deliveryActivities } from "../../../functions/activities/delivery.ts";
import { noticeActivities } from "../../../functions/activities/notices.ts";
import { mailQuotas } from "../../../functions/activities/pace.ts";
import type { MailGateway, OwnerGateway } from "../../../shared/azure/ports.ts";
import type { AgendaRow } from "../../../shared/domain/agenda-row.ts";
import type { OwnerFacts } from "../../../shared/domain/owner.ts";
import type { Stage } from "../../../shared/domain/policy.ts";
import {
  aCase,
  aFinding,
  aNotice,
  anAlert,
  anInForce,
  anOwnerTag,
  aPolicy,
  someOwnerFacts,
  someRecipients,
} from "../../support/builders.ts";
import { aKeptImage, registrySubject } from "../../support/image-fixtures.ts";
import { createInMemoryGateways } from "../../support/in-memory-gateways.ts";

const owners = "owners/shop-team@contoso.com";
const start = Date.parse("2026-11-23T09:30:00.000Z");
const iso = (at: number) => new Date(at).toISOString();

let clock = start;
let stage: Stage = "tell";
let exclude: readonly string[] = [];
let tables = createInMemoryGateways();
let facts: OwnerFacts = someOwnerFacts();
let ids = 0;

beforeEach(() => {
  clock = start;
  stage = "tell";
  exclude = [];
  tables = createInMemoryGateways();
  facts = someOwnerFacts();
  ids = 0;
});

const inForce = async () =>
  anInForce({ stage, policy: aPolicy({ scope: { ...aPolicy().scope, exclude } }) });
const source = { recent: inForce, live: inForce };
const now = () => iso(clock);
const mail: MailGateway = {
  send: async () => ({ kind: "accepted" }),
  status: async () => ({ kind: "sent" }),
};

const azureOwners: OwnerGateway = {
  facts: async () => facts,
  factsOf: async (ids) => new Map(ids.map((id) => [id, facts])),
};
const compose = (operationId = `mail-${++ids}`) =>
  composeActivities({ ...tables, owners: azureOwners }, source, now).composeMail({
    subject: owners,
    operationId,
  });
const tell = (over: Parameters<typeof aNotice>[0] = {}, since: string | null = null) =>
  noticeActivities(tables, now).tell({
    subject: aCase().subject,
    to: ["shop-team@contoso.com"],
    notices: [aNotice({ createdAt: now(), ...over })],
    since,
  });
const rowOf = (subject: string) => tables.agenda.find(subject, "owners");
const openFinding = () =>
  tables.cases.put(
    aCase({ findings: [aFinding()], recipients: someRecipients(), updatedAt: now() }),
    null,
  );
async function deliver(): Promise<void> {
  const parts = { ...tables, mail };
  const delivery = deliveryActivities(parts, source, { quota: mailQuotas.managed, now });
  await delivery.deliverNext({ subject: "system/delivery" });
  await delivery.deliverNext({ subject: "system/delivery" });
}

it("freezes one mail with the open finding, to these recipients, and asks for its delivery", async () => {
  await openFinding();
  await tell();
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  expect(digest).toMatchObject({
    id: "mail-1",
    status: "sending",
    recipients: ["shop-team@contoso.com"],
    message: { to: ["shop-team@contoso.com"] },
  });
  expect(digest?.message.text).toContain("rivileged");
  expect(await tables.agenda.find("system/delivery", "delivery")).not.toBeNull();
});

it("plans its next look as if the mail had left, and by its delivery no other", async () => {
  await openFinding();
  await tell();
  const reminder = iso(start + 7 * 24 * 3_600_000);
  expect(await compose()).toEqual({ kind: "frozen", next: reminder });
  await tables.agenda.settle((await rowOf(owners)) as AgendaRow, reminder);
  await deliver();
  expect(await rowOf(owners)).toMatchObject({ at: reminder });
  expect(await compose()).toEqual({ kind: "wait", until: reminder });
});

it("asks for a look when the first of the notices may be told", async () => {
  await tell();
  expect(await rowOf(owners)).toMatchObject({ at: iso(start + 120_000) });
  await tables.agenda.settle((await rowOf(owners)) as AgendaRow, null);
  await tell({ key: "finding:gathered", notBefore: iso(start + 600_000) });
  expect(await rowOf(owners)).toMatchObject({ at: iso(start + 600_000) });
});

it("does not compose another mail before the frozen one has left, nor the same one twice", async () => {
  await openFinding();
  await tell();
  await compose();
  expect(await compose("other")).toMatchObject({ kind: "frozen" });
  expect(await tables.digests.ofOwners(owners)).toHaveLength(1);
  await deliver();
  expect(await compose("third")).toMatchObject({ kind: "wait" });
  expect(await tables.digests.ofOwners(owners)).toHaveLength(1);
});

it("lets an urgent alert wait for no digest, and tells nothing twice for that", async () => {
  await openFinding();
  await tell();
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  clock += 60_000;
  await tell({ key: "finding:later" });
  await tell({ key: "alert:1", kind: "alert", urgent: true });
  // A repeat of the attempt that froze the digest finds it.
  expect(await compose("mail-1")).toMatchObject({ kind: "frozen" });
  expect(await tables.digests.ofOwners(owners)).toEqual([digest]);
  expect(await compose()).toMatchObject({ kind: "frozen" });
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [urgent, ...others] = await tables.digests.ofOwners(owners);
  expect(urgent).toMatchObject({ urgent: true, notices: [{ key: "alert:1" }] });
  expect(others).toEqual([digest]);
  await tell({ key: "alert:2", kind: "alert", urgent: true });
  expect(await compose()).toMatchObject({ kind: "frozen" });
  await deliver();
  expect(await compose()).toEqual({ kind: "wait", until: iso(clock + 3_601_000) });
  await deliver();
  const all = await tables.digests.ofOwners(owners);
  expect(all.map(({ status }) => status)).toEqual(["sent", "sent"]);
  const told = (await tables.notices.list(owners)).filter(({ sentAt }) => sentAt !== null);
  expect(told.map(({ key }) => key).sort()).toEqual(["alert:1", `finding:${aFinding().key}`]);
});

it("freezes the same mail again when an attempt was killed after freezing", async () => {
  await openFinding();
  await tell();
  await compose("same");
  const [before] = await tables.digests.ofOwners(owners);
  clock += 60_000;
  await compose("same");
  expect(await tables.digests.ofOwners(owners)).toEqual([before]);
});

it("does not tell again what a dead run told before it could record", async () => {
  await openFinding();
  await tell();
  await compose();
  await deliver();
  clock += 60_000;
  expect(await tell({}, iso(start - 1))).toEqual({ told: 0 });
  expect((await tables.notices.list(owners))[0]?.sentAt).not.toBeNull();
});

it("tells a finding that came back after it was fixed", async () => {
  await openFinding();
  await tell();
  await compose();
  await deliver();
  clock += 3 * 3_600_000;
  expect(await tell({}, iso(clock - 60_000))).toEqual({ told: 1 });
  expect((await tables.notices.list(owners))[0]?.sentAt).toBeNull();
});

it("keeps a preview at the stage that sends none, once, and mails it when the stage does", async () => {
  stage = "watch";
  await openFinding();
  await tell();
  expect(await compose()).toEqual({ kind: "preview" });
  expect(await compose()).not.toEqual({ kind: "preview" });
  stage = "tell";
  clock += 24 * 3_600_000;
  await tell({}, iso(clock - 60_000));
  expect(await compose()).toMatchObject({ kind: "frozen" });
});

it("composes anew what a mail held that waited too long, but only what still holds", async () => {
  await openFinding();
  await tell();
  await compose();
  const [frozen] = await tables.digests.ofOwners(owners);
  if (!frozen) throw new Error("nothing was frozen");
  clock += 25 * 3_600_000;
  await deliver();
  expect(await tables.digests.find(owners, frozen.id)).toMatchObject({ status: "stale" });
  const found = await tables.cases.find(aCase().subject);
  if (!found) throw new Error("there is no case");
  const { findings } = found.case;
  const fixed = findings.map((one) => ({ ...one, resolvedAt: now() }));
  await tables.cases.put({ ...found.case, findings: fixed }, found.etag);
  expect(await compose()).toEqual({ kind: "nothing" });
  const again = await tables.cases.find(aCase().subject);
  await tables.cases.put(found.case, again?.etag ?? null);
  expect(await compose()).toMatchObject({ kind: "frozen" });
});

it("gives notices to those who own the subject by now", async () => {
  await openFinding();
  await tell();
  facts = someOwnerFacts({ tags: [anOwnerTag({ value: "new-team@contoso.com" })] });
  expect(await compose()).toEqual({ kind: "moved" });
  expect(await tables.notices.list(owners)).toEqual([]);
  expect(await tables.notices.list("owners/new-team@contoso.com")).toHaveLength(1);
  expect(await tables.agenda.find("owners/new-team@contoso.com", "owners")).not.toBeNull();
  expect(await compose()).toEqual({ kind: "nothing" });
});

it("reminds of nothing before a look, when others own it by now", async () => {
  await openFinding();
  await tell();
  await compose();
  await deliver();
  facts = someOwnerFacts({ tags: [anOwnerTag({ value: "new-team@contoso.com" })] });
  clock += 7 * 24 * 3_600_000;
  const { subject } = aCase();
  await tables.agenda.mark({ subject, kind: "cluster", at: iso(clock + 24 * 3_600_000) });
  expect(await compose()).toEqual({ kind: "wait", until: iso(clock + 180_000) });
  expect(await tables.agenda.find(subject, "cluster")).toMatchObject({ at: now() });
  facts = someOwnerFacts();
  expect(await compose()).toMatchObject({ kind: "frozen" });
});

it("tells and reminds of nothing that the policy leaves out since, until it is watched again", async () => {
  const { subscriptionId } = aCase();
  const tomorrow = { kind: "wait", until: iso(clock + 24 * 3_600_000) };
  await openFinding();
  await tell();
  exclude = [subscriptionId.toUpperCase()];
  expect(await compose()).toEqual(tomorrow);
  exclude = [];
  expect(await compose()).toMatchObject({ kind: "frozen" });
  await deliver();
  clock += 7 * 24 * 3_600_000;
  exclude = [subscriptionId];
  expect(await compose()).toMatchObject({ kind: "wait" });
  const etag = (await tables.cases.find(aCase().subject))?.etag ?? null;
  await tables.cases.put(aCase({ findings: [aFinding({ resolvedAt: now() })] }), etag);
  expect(await compose()).toEqual({ kind: "nothing" });
});

it("reminds of nothing where the last scan found no subscription, and looks whether it is gone", async () => {
  const { subject, subscriptionId } = aCase();
  const scan = async (ids: readonly string[]) => {
    await tables.system.noteSubscriptions(
      ids.map((id) => ({ id, name: id })),
      now(),
    );
    await tables.system.noteScan(now());
  };
  await openFinding();
  await tell();
  await scan([subscriptionId]);
  await compose();
  await deliver();
  clock += 7 * 24 * 3_600_000;
  await scan(["22222222-2222-4222-8222-222222222222"]);
  expect(await compose()).toEqual({ kind: "wait", until: iso(clock + 24 * 3_600_000) });
  expect(await tables.agenda.find(subject, "cluster")).toMatchObject({ at: now() });
  // What nobody was told of yet is told all the same.
  const alert = { key: "alert:1", kind: "alert", urgent: true } as const;
  await tell(alert);
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  expect(digest?.notices).toEqual([{ subject, key: "alert:1" }]);
  await deliver();
  clock += 3_600_000;
  await scan([subscriptionId]);
  expect(await compose()).toMatchObject({ kind: "frozen" });
});

it("keeps notices where they are when owners cannot be read", async () => {
  await openFinding();
  await tell();
  facts = { tags: [], securityContacts: [], unreadable: ["resource group: 403"] };
  expect(await compose()).toMatchObject({ kind: "frozen" });
});

it("sends an urgent alert outside the window, with Defender's own steps", async () => {
  clock = Date.parse("2026-11-22T03:00:00.000Z");
  const alert = anAlert();
  await tables.alerts.insert(alert);
  await tables.cases.put(aCase({ recipients: someRecipients() }), null);
  const key = `alert:${alert.id}`;
  await tell({ key, kind: "alert", urgent: true, title: alert.title });
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  expect(digest).toMatchObject({ urgent: true });
  expect(digest?.message.subject).toContain("HIGH alert");
  expect(digest?.message.text).toContain("Remove the public service of the dashboard.");
});

it("tells owners and security contact apart where the contact could not be read in time", async () => {
  const alert = anAlert();
  const key = `alert:${alert.id}`;
  const told = { key, kind: "alert", urgent: true, title: alert.title } as const;
  const { subject } = aCase();
  await tables.alerts.insert(alert);
  await tables.cases.put(aCase({ recipients: someRecipients(), missedByContact: [key] }), null);
  facts = someOwnerFacts({ securityContacts: ["soc@contoso.com"] });
  await tell(told);
  expect(await compose()).toMatchObject({ kind: "frozen" });
  expect(await tables.agenda.find(subject, "cluster")).toMatchObject({ at: now() });

  const contact = "owners/soc@contoso.com";
  const late = aNotice({ ...told, createdAt: now(), began: alert.startedAt });
  await tables.notices.upsert(contact, [late]);
  const composing = composeActivities({ ...tables, owners: azureOwners }, source, now);
  expect(await composing.composeMail({ subject: contact, operationId: "late" })).toMatchObject({
    kind: "frozen",
  });
  const [digest] = await tables.digests.ofOwners(contact);
  expect(digest?.recipients).toEqual(["soc@contoso.com"]);
  expect(digest?.message.text).toContain("security contact of the subscription");
});

it("gives an alert that owners heard of late to all who own it by now", async () => {
  const alert = anAlert();
  await tables.alerts.insert(alert);
  await tables.cases.put(aCase({ recipients: someRecipients() }), null);
  facts = someOwnerFacts({
    tags: [anOwnerTag({ value: "shop-team@contoso.com; two@contoso.com" })],
  });
  const told = { key: `alert:${alert.id}`, kind: "alert", urgent: true } as const;
  await tell({ ...told, began: alert.startedAt });
  expect(await compose()).toEqual({ kind: "moved" });
});

it("waits for the window with what is not urgent", async () => {
  clock = Date.parse("2026-11-22T03:00:00.000Z");
  await openFinding();
  await tell();
  expect(await compose()).toEqual({ kind: "wait", until: "2026-11-23T09:00:00.000Z" });
});

it("composes nothing while everything is off", async () => {
  await openFinding();
  await tell();
  stage = "off";
  expect(await compose()).toEqual({ kind: "nothing" });
});

const toldOfImages = async (recipients: readonly string[]) => {
  const owned = someRecipients({ to: recipients });
  const kept = aKeptImage({ owners: owned });
  const version = await tables.keptImages.write(registrySubject, [kept], now());
  const images = { version, open: 1, running: 0, unknown: 0, leftOut: {}, openRecommendations: 1 };
  const facts = { ...aCase().facts, images: { ...images, changedAt: null, told: "mail" as const } };
  const registry = { subject: registrySubject, kind: "registry", recipients: owned } as const;
  await tables.cases.put(aCase({ ...registry, facts, updatedAt: now() }), null);
  await tell({ subject: registrySubject, key: `finding:images:${kept.firstSeen}` });
};

it("takes the images of these owners into the mail", async () => {
  await toldOfImages(["shop-team@contoso.com"]);
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  expect(digest?.message.text).toContain("team-a/shop:v1");
});

it("tells nobody of images that are others' by now", async () => {
  await toldOfImages(["other-team@contoso.com"]);
  expect(await compose()).toEqual({ kind: "nothing" });
});

it("tells of everything else once a registry is gone with its images", async () => {
  await toldOfImages(["shop-team@contoso.com"]);
  const found = await tables.cases.find(registrySubject);
  if (!found) throw new Error("the registry has no case");
  const version = found.case.facts.images?.version ?? null;
  await tables.cases.put({ ...found.case, gone: true }, found.etag);
  await tables.keptImages.remove(registrySubject, { version, current: null, now: now() });
  await openFinding();
  await tell();
  expect(await compose()).toMatchObject({ kind: "frozen" });
  const [digest] = await tables.digests.ofOwners(owners);
  expect(digest?.notices.map(({ subject }) => subject)).toEqual([aCase().subject]);
});

it("waits with images for a look when the registry's owners have changed", async () => {
  await toldOfImages(["shop-team@contoso.com"]);
  facts = someOwnerFacts({ tags: [anOwnerTag({ value: "new-team@contoso.com" })] });
  expect(await compose()).toMatchObject({ kind: "wait" });
  expect(await tables.agenda.find(registrySubject, "registry")).toMatchObject({ at: now() });
});
