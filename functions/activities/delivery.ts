import type { Gateways } from "../../shared/azure/ports.ts";
import { isTold } from "../../shared/decisions/carried.ts";
import { after, before } from "../../shared/decisions/time.ts";
import type { Digest } from "../../shared/domain/notice.ts";
import type { Stage } from "../../shared/domain/policy.ts";
import type { InForceSource } from "./in-force.ts";
import { type MailQuota, nextSlot } from "./pace.ts";

/** The recipient set of the operators' reports; it is on no agenda. */
export const operatorsKey = "operators";

/** What a step of the delivery came to. */
export type Delivery =
  /** Nothing waits to be sent. */
  | { readonly kind: "idle" }
  /** The stage lets no mail out; frozen ones stay. */
  | { readonly kind: "held" }
  /** The quota of the mail service is used up until then. */
  | { readonly kind: "paced"; readonly until: string }
  /** The service has it, but has not said what became of it. */
  | { readonly kind: "running" }
  | { readonly kind: "wait"; readonly seconds: number }
  /** `stale`: it waited too long, and what it held is composed anew. */
  | { readonly kind: "sent" | "failed" | "stale"; readonly id: string };

type Frozen = { readonly owners: string; readonly digest: Digest };

/** Azure actions: Microsoft.Communication/CommunicationServices/read and /write. Tables: digests, notices, agenda. */
export const deliveryActivities = (
  gateways: Pick<Gateways, "digests" | "notices" | "agenda" | "mail">,
  source: InForceSource,
  facts: { readonly quota: MailQuota; now(): string },
) => ({
  /** Takes the mail under way one step further, or hands over the next: see `inTurn`. */
  deliverNext: async (_input: { subject: string }): Promise<Delivery> => {
    const frozen = await gateways.digests.list("sending");
    if (frozen.length === 0) return { kind: "idle" };
    const { stage } = await source.live();
    const underWay = frozen.filter(({ digest }) => digest.attempts > 0).sort(byTurn);
    const last = underWay.at(-1);
    const known = last ? await askOutcome(gateways, facts, last) : null;
    if (known && !(hasNoWord(known) && isSlow(last, facts.now()))) return known;
    const waiting = frozen.filter(({ owners }) => mayGo(stage, owners));
    const next = inTurn(known ? waiting.filter(({ digest }) => digest.attempts === 0) : waiting);
    if (!next) return known ?? { kind: "held" };
    const isTried = next.digest.attempts > 0;
    const became = isTried && next !== last ? await askOutcome(gateways, facts, next) : null;
    if (became) return became;
    const now = facts.now();
    if (next.digest.frozenAt <= before(now, longestWait)) {
      const end = isTried
        ? ({ status: "failed", outcome: "the mail service did not take it for a day" } as const)
        : ({ status: "stale", outcome: "not sent for a day" } as const);
      return finish(gateways, next, { ...end, now });
    }
    const sent = await gateways.digests.sentSince(before(now, { hours: 1 }));
    const until = nextSlot(sent, facts.quota, { urgent: next.digest.urgent, now });
    return until ? { kind: "paced", until } : send(gateways, facts, next);
  },
});

/**
 * Urgent ones first, then who waits longest since it was frozen or last tried: what the service does not
 * take goes to the back, and an urgent one that it does not take for long keeps no other back either.
 */
function inTurn(waiting: readonly Frozen[]): Frozen | undefined {
  const all = waiting.toSorted(byTurn);
  return all.find(({ digest }) => digest.urgent && digest.attempts < mostTriesFirst) ?? all[0];
}

const hasNoWord = ({ kind }: Delivery): boolean => kind === "running" || kind === "wait";

/** A mail of which the service says nothing final for so long keeps others back no longer. */
const isSlow = (one: Frozen | undefined, now: string): boolean =>
  (one?.digest.sentAt ?? now) <= before(now, { minutes: 5 });

const turnOf = ({ digest }: Frozen): string => digest.sentAt ?? digest.frozenAt;
const byTurn = (one: Frozen, other: Frozen): number => turnOf(one).localeCompare(turnOf(other));

type Parts = Pick<Gateways, "digests" | "notices" | "agenda" | "mail">;
type Facts = { now(): string };

/**
 * What became of a mail that was handed over; null = the service never saw it, so it may go again. A
 * service that does not say for too long is taken to have sent it: a mail is never told twice, and one
 * that nobody speaks of keeps no other back.
 */
async function askOutcome(parts: Parts, facts: Facts, frozen: Frozen): Promise<Delivery | null> {
  const now = facts.now();
  const since = frozen.digest.sentAt ?? "";
  const silent = () => finish(parts, frozen, { status: "sent", outcome: "no final word", now });
  const state = await parts.mail.status(frozen.digest.id).catch((fault: unknown) => {
    if (!isSlow(frozen, now)) throw fault;
    return { kind: "fault" } as const;
  });
  switch (state.kind) {
    case "unknown":
      return null;
    case "sent":
      return finish(parts, frozen, { status: "sent", outcome: "sent", now });
    case "failed": {
      const outcome = `${state.code}: ${state.message}`;
      return finish(parts, frozen, { status: "failed", outcome, now });
    }
    case "refused":
      return since > before(now, longestRefusal) ? { kind: "running" } : silent();
    default:
      if (since <= before(now, longestSilence)) return silent();
      return state.kind === "wait" ? { kind: "wait", seconds: state.seconds } : { kind: "running" };
  }
}

/** Hands the mail over under its own id; the attempt is noted first, so that a crash is followed by a question. */
async function send(parts: Parts, facts: Facts, { owners, digest }: Frozen): Promise<Delivery> {
  const now = facts.now();
  const tried = { ...digest, attempts: digest.attempts + 1, sentAt: now };
  await parts.digests.update(owners, tried);
  const answer = await parts.mail.send(digest.message, digest.id);
  if (answer.kind === "accepted") return { kind: "running" };
  if (answer.kind === "wait") return { kind: "wait", seconds: answer.seconds };
  const outcome = `${answer.code}: ${answer.message}`;
  return finish(parts, { owners, digest: tried }, { status: "failed", outcome, now });
}

/** How a mail ended. */
interface End {
  readonly status: "sent" | "failed" | "stale";
  readonly outcome: string;
  readonly now: string;
}

/** Notices first: a crash in between is finished by the next step, because the mail still counts as open. */
async function finish(parts: Parts, { owners, digest }: Frozen, end: End): Promise<Delivery> {
  const sentAt = end.status === "stale" ? null : (digest.sentAt ?? end.now);
  if (end.status === "sent") {
    await parts.notices.markSent(owners, digest.notices, sentAt ?? end.now);
  }
  await parts.digests.update(owners, {
    ...digest,
    status: end.status,
    outcome: end.outcome,
    sentAt,
  });
  if (owners.startsWith("owners/")) {
    const at = await lookAgainAt(parts, { owners, digest }, end);
    if (at) await parts.agenda.mark({ subject: owners, kind: "owners", at });
  }
  return { kind: end.status, id: digest.id };
}

/**
 * When recipients are thought of again after a mail has ended; null = when it was planned as the mail was
 * composed, because nothing else waits for them.
 */
async function lookAgainAt(
  parts: Parts,
  frozen: Frozen,
  { status, now }: Pick<End, "status" | "now">,
): Promise<string | null> {
  if (status === "failed") return await afterRefusal(parts, frozen, now);
  const notices = await parts.notices.list(frozen.owners);
  return notices.every(isTold) ? null : now;
}

/**
 * When recipients whose mail was refused are thought of again: tomorrow, or in an hour when it was
 * urgent and the first in a day to be refused, for what refused it may have passed.
 */
async function afterRefusal(
  { digests }: Parts,
  { owners, digest }: Frozen,
  now: string,
): Promise<string> {
  const ofToday = (await digests.ofOwners(owners)).filter(
    ({ status, frozenAt }) => status === "failed" && frozenAt > before(now, { days: 1 }),
  );
  return after(now, digest.urgent && ofToday.length === 1 ? { hours: 1 } : { days: 1 });
}

/** Below the stage that writes to owners, operators still get their report. */
function mayGo(stage: Stage, owners: string): boolean {
  if (stage === "off") return false;
  return stage !== "watch" || owners === operatorsKey;
}

/** What waited so long, for its turn or for the stage, may say what holds no longer. */
const longestWait = { days: 1 };
/** So often an urgent mail goes before all others. */
const mostTriesFirst = 10;
const longestSilence = { hours: 1 };
/** Somebody who may not ask learns nothing by asking for an hour; a role just granted takes minutes. */
const longestRefusal = { minutes: 10 };
