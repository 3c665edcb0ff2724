import type { Gateways } from "../../shared/azure/ports.ts";
import { isAboutImages } from "../../shared/decisions/image-notices.ts";
import { alertRecipients, decideRecipients } from "../../shared/decisions/recipients.ts";
import type { Case } from "../../shared/domain/case.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import type { OwnerFacts } from "../../shared/domain/owner.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { ownersSubject, recipientsOf } from "../../shared/domain/subject.ts";

/** A set of recipients whose notices are about to be told. */
interface Telling {
  readonly parts: Pick<Gateways, "notices" | "owners" | "agenda">;
  /** The recipients' subject. */
  readonly owners: string;
  readonly inForce: InForce;
  readonly now: string;
}

/**
 * Resolves the recipients of what shall be told once more: notices whose subject has other owners by
 * now go to them. What cannot be resolved stays where it is. Answers whether anything moved.
 */
export async function moveStrays(
  telling: Telling,
  notices: readonly Notice[],
  cases: readonly Case[],
): Promise<boolean> {
  const { parts, now } = telling;
  const waiting = notices.filter((notice) => notice.sentAt === null && !isAboutImages(notice));
  const bySubject = Map.groupBy(waiting, (notice) => notice.subject);
  const known = new Map(cases.map((one) => [one.subject, one]));
  const found = await parts.owners.factsOf([...bySubject.keys()]);
  let moved = false;
  for (const [subject, own] of bySubject) {
    const facts = found.get(subject);
    if (!facts || facts.unreadable.length > 0) continue;
    const one = known.get(subject);
    // The security contact can be read by now: a look tells it what it missed.
    if (one?.missedByContact) await parts.agenda.mark({ subject, kind: one.kind, at: now });
    if (await moveOf(telling, own, { facts, missed: one?.missedByContact ?? [] })) moved = true;
  }
  return moved;
}

interface Found {
  readonly facts: OwnerFacts;
  readonly missed: readonly string[];
}

/** Moves one subject's notices to those whom Azure names for it now; false when they are named. */
async function moveOf(
  { parts, owners, inForce, now }: Telling,
  own: readonly Notice[],
  { facts, missed }: Found,
): Promise<boolean> {
  const named = decideRecipients(facts, inForce.policy.mail).to;
  const alerted = alertRecipients(facts, inForce.policy.mail).to;
  const isApart = toldApart(owners, { named, alerted }, missed);
  const together = own.filter((notice) => notice.kind !== "alert" || !isApart(notice));
  let moved = false;
  for (const [isAlert, group] of Map.groupBy(together, ({ kind }) => kind === "alert")) {
    const to = isAlert ? alerted : named;
    const next = ownersSubject(to);
    if (to.length === 0 || next === owners) continue;
    await parts.notices.upsert(next, group);
    await parts.agenda.mark({ subject: next, kind: "owners", at: now });
    await parts.notices.remove(owners, group);
    moved = true;
  }
  return moved;
}

/**
 * Which alerts owners and security contact hear of apart, because the contact could not be read in time:
 * none goes to both.
 */
function toldApart(
  owners: string,
  { named, alerted }: { readonly named: readonly string[]; readonly alerted: readonly string[] },
  missed: readonly string[],
): (notice: Notice) => boolean {
  const keys = new Set(missed);
  const isContact = recipientsOf(owners).every(
    (address) => alerted.includes(address) && !named.includes(address),
  );
  return ({ key, began }) =>
    isContact ? began !== undefined : keys.has(key) && owners === ownersSubject(named);
}
