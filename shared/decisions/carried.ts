import type { Digest, Notice } from "../domain/notice.ts";

/** A mail that was refused so often with a notice in it is not tried again. */
const mostTries = 3;

/** Whether a mail took a notice along: one that left, waits to leave, or was kept as a preview. */
export function isCarried(notice: Notice, digests: readonly Digest[]): boolean {
  if (isTold(notice)) return true;
  const holding = digests.filter((digest) => digest.status !== "stale" && holds(digest, notice));
  if (holding.some(({ status }) => status !== "failed")) return true;
  return holding.length >= mostTries;
}

/** Whether a mail that left has told it, and it was not left anew since. */
export const isTold = ({ sentAt, createdAt }: Notice): boolean =>
  sentAt !== null && Date.parse(sentAt) >= Date.parse(createdAt);

/** A notice that was left anew after the mail was frozen is another one. */
const holds = (digest: Digest, { subject, key, createdAt }: Notice): boolean =>
  Date.parse(digest.frozenAt) >= Date.parse(createdAt) &&
  digest.notices.some((one) => one.subject === subject && one.key === key);

/** Mails of one kind that left, wait to leave, or were kept as previews, newest first. */
export const mailsThatCount = (digests: readonly Digest[], urgent: boolean): readonly Digest[] =>
  digests
    .filter((digest) => digest.urgent === urgent && !["failed", "stale"].includes(digest.status))
    .sort((one, other) => Date.parse(other.frozenAt) - Date.parse(one.frozenAt));
