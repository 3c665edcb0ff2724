import type { Gateways } from "../../shared/azure/ports.ts";
import { type DigestFacts, planDigest } from "../../shared/decisions/digest.ts";
import { isAboutImages } from "../../shared/decisions/image-notices.ts";
import { contactWhy, decideRecipients } from "../../shared/decisions/recipients.ts";
import { may } from "../../shared/decisions/stage.ts";
import { after, hasPassed } from "../../shared/decisions/time.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { KeptImage } from "../../shared/domain/kept-image.ts";
import type { Digest, Message, Notice } from "../../shared/domain/notice.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { parseResourceId } from "../../shared/domain/resource-id.ts";
import { ownersSubject, recipientsOf, systemSubjects } from "../../shared/domain/subject.ts";
import { alertMail } from "../../shared/email/alert-mail.ts";
import { ownerDigest } from "../../shared/email/owner-digest.ts";
import type { InForceSource } from "./in-force.ts";
import { unseenByScan, watchedAmong } from "./scope.ts";
import { moveStrays } from "./stray-notices.ts";

/** What composing for a set of recipients came to. */
export type Composed =
  /**
   * A mail was frozen, or one is still under way: the next waits for it. `next`: when there is something to
   * tell after it has left, as far as is known now; null = nothing.
   */
  | { readonly kind: "frozen"; readonly next: string | null }
  /** A mail was kept to be looked at, because the stage sends none. */
  | { readonly kind: "preview" }
  /** Notices went to other recipients, who own their subjects now. */
  | { readonly kind: "moved" }
  | { readonly kind: "wait"; readonly until: string }
  | { readonly kind: "nothing" };

type Parts = Pick<
  Gateways,
  "notices" | "digests" | "cases" | "keptImages" | "alerts" | "owners" | "agenda" | "system"
>;

interface Composing {
  readonly parts: Parts;
  readonly owners: string;
  readonly operationId: string;
  readonly inForce: InForce;
  readonly now: string;
}

/**
 * Composing mails. Tables: notices, digests, cases, alerts, agenda, system. Azure actions: those of the owners'
 * activities, because recipients are resolved again.
 */
export const composeActivities = (parts: Parts, source: InForceSource, now: () => string) => ({
  composeMail: async (input: { subject: string; operationId: string }): Promise<Composed> => {
    const inForce = await source.live();
    const composing = {
      parts,
      owners: input.subject,
      operationId: input.operationId,
      inForce,
      now: now(),
    };
    const [notices, digests] = await Promise.all([
      parts.notices.list(input.subject),
      parts.digests.ofOwners(input.subject),
    ]);
    const sending = digests.filter((digest) => digest.status === "sending");
    for (const digest of sending) await finishFreezing(composing, digest);
    const frozen = { kind: "frozen", next: after(composing.now, { days: 1 }) } as const;
    // Until a digest has left nothing but an urgent alert is composed: it can wait long for its turn.
    const isNext = sending.some(({ urgent, id }) => urgent || id === input.operationId);
    if (isNext) return frozen;
    const rest = sending.length > 0 ? frozen : ({ kind: "nothing" } as const);
    if (inForce.stage === "off") return rest;
    const { told, waiting, unseen } = await byScope(composing, notices);
    await lookAtUnseen(composing, unseen);
    const composed = await compose(composing, told, digests);
    if (composed.kind !== "nothing") return composed;
    if (sending.length > 0) return rest;
    // What the policy left out since waits, and what no scan sees: it may be back, fixed or gone.
    const later = await planOf(composing, [...waiting, ...unseen], digests);
    return later.plan.kind === "nothing"
      ? composed
      : { kind: "wait", until: after(now(), { days: 1 }) };
  },
});

async function compose(
  composing: Composing,
  notices: readonly Notice[],
  digests: readonly Digest[],
): Promise<Composed> {
  const { parts, owners, inForce, now } = composing;
  const { plan, cases, images } = await planOf(composing, notices, digests);
  if (plan.kind === "nothing") return { kind: "nothing" };
  if (plan.kind === "wait") return { kind: "wait", until: plan.until };
  if (await moveStrays(composing, plan.notices, cases)) return { kind: "moved" };
  if (await ownersChanged(composing, plan.notices, cases)) {
    return { kind: "wait", until: after(now, { minutes: 3 }) };
  }
  const message = await messageOf(composing, plan, { cases, images });
  const isPreview = !may(inForce.stage).mail;
  const digest = await parts.digests.freeze(owners, {
    id: composing.operationId,
    recipients: recipientsOf(owners),
    urgent: plan.urgent,
    notices: plan.notices.map(({ subject, key }) => ({ subject, key })),
    message,
    status: isPreview ? "preview" : "sending",
    frozenAt: now,
    sentAt: null,
    attempts: 0,
    outcome: null,
  });
  if (isPreview) return { kind: "preview" };
  await finishFreezing(composing, digest);
  const known = { owners, notices, digests, cases, images, inForce, now };
  return { kind: "frozen", next: nextAfter(known, digest) };
}

/** When to look again after a mail has left. What could go at once is found when it has. */
function nextAfter(known: DigestFacts, digest: Digest): string | null {
  const names = new Set(digest.notices.map(nameOf));
  const plan = planDigest({
    ...known,
    notices: known.notices.map((one) =>
      names.has(nameOf(one)) ? { ...one, sentAt: known.now } : one,
    ),
    digests: [...known.digests, { ...digest, status: "sent" }],
  });
  if (plan.kind === "send") return after(known.now, { days: 1 });
  return plan.kind === "wait" ? plan.until : null;
}

/** What to do about these notices, and what of the cases and images that depends on. */
async function planOf(
  composing: Composing,
  notices: readonly Notice[],
  digests: readonly Digest[],
) {
  const { parts, owners, inForce, now } = composing;
  const subjects = [...new Set(notices.map((notice) => notice.subject))];
  const cases = await parts.cases.findMany(subjects);
  const images = await ownImages(composing, notices, cases);
  const plan = planDigest({ owners, notices, digests, cases, images, inForce, now });
  return { plan, cases, images };
}

/**
 * Notices to tell; those of subscriptions that the policy left out before they were told; and reminders of
 * what lies where the last scan found no subscription any more: nobody knows whether it is still so.
 */
async function byScope({ parts, inForce }: Composing, notices: readonly Notice[]) {
  const subscriptionOf = ({ subject }: Notice) =>
    parseResourceId(subject)?.subscriptionId.toLowerCase() ?? "";
  const ids = notices.map(subscriptionOf);
  const isAnyTold = notices.some(({ sentAt }) => sentAt !== null);
  const [watched, isUnseen] = await Promise.all([
    watchedAmong(parts.system, inForce.policy, ids),
    isAnyTold ? unseenByScan(parts.system) : () => false,
  ]);
  const placeOf = (notice: Notice): "told" | "waiting" | "unseen" => {
    if (!watched.has(subscriptionOf(notice))) return "waiting";
    return notice.sentAt !== null && isUnseen(subscriptionOf(notice)) ? "unseen" : "told";
  };
  const { told = [], waiting = [], unseen = [] } = Object.groupBy(notices, placeOf);
  return { told, waiting, unseen };
}

/** Asks for a look a day at what reminders are held back of: Azure may say that it is gone. */
async function lookAtUnseen({ parts, now }: Composing, unseen: readonly Notice[]): Promise<void> {
  const cases = await parts.cases.findMany([...new Set(unseen.map(({ subject }) => subject))]);
  const old = cases.filter(
    ({ closedAt, updatedAt }) => closedAt === null && hasPassed(updatedAt, { days: 1 }, now),
  );
  for (const { subject, kind } of old) await parts.agenda.mark({ subject, kind, at: now });
}

type Images = ReadonlyMap<string, readonly KeptImage[]>;

/** Of the registries that notices are about, the images whose owners these are. */
async function ownImages(
  { parts, owners }: Pick<Composing, "parts" | "owners">,
  notices: readonly Notice[],
  cases: readonly Case[],
): Promise<Images> {
  const wanted = new Set(notices.filter(isAboutImages).map(({ subject }) => subject));
  const registries = cases.filter(({ subject, gone }) => !gone && wanted.has(subject));
  const each = await Promise.all(
    registries.map(async (one): Promise<[string, readonly KeptImage[]]> => {
      const kept = await imagesOf(parts, one);
      return [one.subject, kept.filter((image) => ownersSubject(image.owners.to) === owners)];
    }),
  );
  return new Map(each);
}

/** A look that ends right now replaces what its case names; the case then names the new one. */
async function imagesOf(
  { keptImages, cases }: Pick<Parts, "keptImages" | "cases">,
  one: Case,
): Promise<readonly KeptImage[]> {
  const read = async (version: string | null | undefined) =>
    version ? keptImages.read(one.subject, version) : [];
  const kept = await read(one.facts.images?.version);
  if (kept) return kept;
  const again = await read((await cases.find(one.subject))?.case.facts.images?.version);
  if (!again) throw new Error("the images of a case are not there");
  return again;
}

/**
 * Whether something was told, or is about images, whose owners have changed since it was last looked at:
 * a look finds out who is told now, and this mail waits for it. A look that fails keeps no mail back.
 */
async function ownersChanged(
  { parts, inForce, now }: Composing,
  notices: readonly Notice[],
  cases: readonly Case[],
): Promise<boolean> {
  const settled = notices.filter((notice) => notice.sentAt !== null || isAboutImages(notice));
  const subjects = new Set(settled.map(({ subject }) => subject));
  const asked = cases.filter(({ subject, fault }) => subjects.has(subject) && !fault);
  const found = await parts.owners.factsOf(asked.map(({ subject }) => subject));
  let changed = false;
  for (const one of asked) {
    const facts = found.get(one.subject);
    if (!facts || facts.unreadable.length > 0) continue;
    const { to } = decideRecipients(facts, inForce.policy.mail);
    if (to.join() === one.recipients?.to.join()) continue;
    await parts.agenda.mark({ subject: one.subject, kind: one.kind, at: now });
    changed = true;
  }
  return changed;
}

type SendPlan = Extract<ReturnType<typeof planDigest>, { kind: "send" }>;

/** The mail: an urgent one about one subject's alerts, or the digest of everything that is due. */
async function messageOf(
  { parts, owners, inForce, now }: Composing,
  plan: SendPlan,
  { cases, images }: { readonly cases: readonly Case[]; readonly images: Images },
): Promise<Message> {
  const subjects = new Set(plan.notices.map((notice) => notice.subject));
  const shown = cases.filter((one) => subjects.has(one.subject));
  const alerts = await alertsOf(parts, plan.notices);
  const { policy, stage } = inForce;
  const to = recipientsOf(owners);
  const why = isForContact(to, plan.notices, shown) ? contactWhy : whyThey(shown, images);
  if (plan.urgent && alerts.length > 0) {
    const [first] = shown;
    const count = plan.notices.length;
    return alertMail({ to, why, now, mail: policy.mail, case: first ?? null, alerts, count });
  }
  return ownerDigest({
    to,
    why,
    now,
    mail: policy.mail,
    policyPrices: policy.prices,
    cases: shown,
    parts: plan.parts,
    alerts,
    images,
    stage,
    nextReminder: reminderAfter(inForce, now),
  });
}

/** The policy's word for a repository says more than the owners of a registry that many share. */
function whyThey(shown: readonly Case[], images: Images): string {
  const named = [...images.values()].flat().map(({ owners }) => owners.why);
  const [byPolicy] = named.filter((why) => why.startsWith("policy: "));
  const others = shown.map((one) => one.recipients?.why).find(Boolean);
  return byPolicy ?? named[0] ?? others ?? "named for this resource";
}

/** Whether a mail is for nobody but a security contact, which hears late and apart from the owners. */
const isForContact = (
  to: readonly string[],
  notices: readonly Notice[],
  shown: readonly Case[],
): boolean =>
  notices.every(({ kind, began }) => kind === "alert" && began !== undefined) &&
  shown.every(({ recipients }) => !recipients?.to.some((address) => to.includes(address)));

/** The alerts that the notices are about, with their full texts. */
async function alertsOf({ alerts }: Parts, notices: readonly Notice[]) {
  const told = notices.filter((notice) => notice.kind === "alert");
  const keys = new Set(told.map((notice) => notice.key));
  const subjects = [...new Set(told.map((notice) => notice.subject))];
  const found = await Promise.all(subjects.map((subject) => alerts.bySubject(subject)));
  return found.flat().filter((alert) => keys.has(`alert:${alert.id}`));
}

const reminderAfter = ({ policy }: InForce, now: string): string => {
  const days = policy.mail.remindAfterDays;
  return after(now, { days });
};

/** What follows the freezing; repeated for a mail that a run froze before it died. */
async function finishFreezing({ parts, owners, now }: Composing, digest: Digest): Promise<void> {
  const names = new Set(digest.notices.map(nameOf));
  const carried = (await parts.notices.list(owners)).filter(
    (notice) => names.has(nameOf(notice)) && notice.sentAt === null && notice.digest !== digest.id,
  );
  await parts.notices.upsert(
    owners,
    carried.map((notice) => ({ ...notice, digest: digest.id })),
  );
  await parts.agenda.mark({ subject: systemSubjects.delivery, kind: "delivery", at: now });
}

const nameOf = ({ subject, key }: Pick<Notice, "subject" | "key">): string => `${subject}\n${key}`;
