import type { Gateways } from "../../shared/azure/ports.ts";
import { after, earliest, latest } from "../../shared/decisions/time.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import { ownersSubject } from "../../shared/domain/subject.ts";

/** Tables: notices, digests, agenda. */
export const noticeActivities = (
  { notices, digests, agenda }: Pick<Gateways, "notices" | "digests" | "agenda">,
  now: () => string,
) => ({
  /**
   * Leaves notices for a set of recipients and asks for a look at it when the first of them may be told, in
   * two minutes at the earliest: by then the case that they are held against is recorded, or its run has
   * died. A notice that was left since the case
   * was last written is a repeat, by a run that died before it could record, and stays as it is.
   */
  tell: (input: Left & { subject: string }) =>
    leaveNotices({ notices, digests, agenda }, input, now()),
});

interface Left {
  readonly to: readonly string[];
  readonly notices: readonly Notice[];
  /** When the case was last written; null = never. */
  readonly since: string | null;
}

/** Leaves notices for one set of recipients, as `tell` does. */
export async function leaveNotices(
  { notices, digests, agenda }: Pick<Gateways, "notices" | "digests" | "agenda">,
  left: Left,
  now: string,
): Promise<{ told: number }> {
  if (left.to.length === 0 || left.notices.length === 0) return { told: 0 };
  const owners = ownersSubject(left.to);
  const subjects = new Set(left.notices.map(({ subject }) => subject));
  const lists = await Promise.all([...subjects].map((subject) => notices.list(owners, subject)));
  const there = new Map(lists.flat().map((one) => [rowOf(one), one]));
  const fresh = left.notices.filter((notice) => {
    const row = there.get(rowOf(notice));
    return !row || (left.since !== null && row.createdAt <= left.since);
  });
  const previews = (await digests.ofOwners(owners)).filter(({ status }) => status === "preview");
  const previewed = new Set(previews.flatMap((digest) => digest.notices.map(rowOf)));
  const isSent = (notice: Notice) => typeof there.get(rowOf(notice))?.sentAt === "string";
  // What was only ever previewed is told from now on: the notice begins anew.
  await notices.remove(
    owners,
    fresh.filter((notice) => previewed.has(rowOf(notice)) && !isSent(notice)),
  );
  await notices.upsert(owners, fresh);
  await agenda.mark({ subject: owners, kind: "owners", at: toldFrom(left.notices, now) });
  return { told: fresh.length };
}

function toldFrom(notices: readonly Notice[], now: string): string {
  const soonest = after(now, { minutes: 2 });
  return latest(soonest, notices.map(({ notBefore }) => notBefore ?? soonest).reduce(earliest));
}

const rowOf = (notice: Pick<Notice, "subject" | "key">): string =>
  `${notice.subject}\n${notice.key}`;
