import type { Gateways } from "../../shared/azure/ports.ts";
import type { Notice } from "../../shared/domain/notice.ts";
import { ownersSubject } from "../../shared/domain/subject.ts";

/** Tables: notices, digests, agenda. */
export const noticeActivities = (
  { notices, digests, agenda }: Pick<Gateways, "notices" | "digests" | "agenda">,
  now: () => string,
) => ({
  /**
   * Leaves notices for a set of recipients and asks for a look at it in two minutes: by then the case
   * that they are held against is recorded, or its run has died. A notice that was left since the case was last written is a repeat, by a run that
   * died before it could record, and stays as it is.
   */
  tell: async (input: {
    subject: string;
    to: readonly string[];
    notices: readonly Notice[];
    since: string | null;
  }) => {
    if (input.to.length === 0 || input.notices.length === 0) return { told: 0 };
    const owners = ownersSubject(input.to);
    const there = new Map((await notices.list(owners)).map((one) => [rowOf(one), one]));
    const fresh = input.notices.filter((notice) => {
      const row = there.get(rowOf(notice));
      return !row || (input.since !== null && row.createdAt <= input.since);
    });
    const previews = (await digests.ofOwners(owners)).filter(({ status }) => status === "preview");
    const previewed = new Set(previews.flatMap((digest) => digest.notices.map(rowOf)));
    // What was only ever previewed is told from now on: the notice begins anew.
    await notices.remove(
      owners,
      fresh.filter((notice) => previewed.has(rowOf(notice))),
    );
    await notices.upsert(owners, fresh);
    await agenda.mark({ subject: owners, kind: "owners", at: soon(now()) });
    return { told: fresh.length };
  },
});

const soon = (now: string): string => new Date(Date.parse(now) + 120_000).toISOString();

const rowOf = (notice: Pick<Notice, "subject" | "key">): string =>
  `${notice.subject}\n${notice.key}`;
