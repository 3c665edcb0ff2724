import { recipientsOf } from "../../shared/domain/subject.ts";
import type { Difference } from "./difference.ts";
import { isAlive } from "./health.ts";
import type { Recording } from "./recording.ts";

/** One notice that reached one set of recipients, in a form that is the same in equal runs. */
interface Told {
  readonly key: string;
  readonly subject: string;
  readonly owners: string;
  readonly operationId: string;
  /** What is told, whoever it is told. */
  readonly notice: string;
}

/** Notices of the mails that left. */
function toldIn(run: Recording): readonly Told[] {
  const sent = new Set(run.mails.map(({ operationId }) => operationId));
  return run.digests
    .filter(({ digest }) => sent.has(digest.id))
    .flatMap(({ owners, digest }) =>
      digest.notices.map(({ subject, key }) => ({
        owners,
        subject,
        operationId: digest.id,
        notice: stable(run, { owners, subject, key }),
        key: keyIn(run, { owners, subject, key }),
      })),
    );
}

/** Keys hold times, and ids of changes that are made anew in each run; a change's title does not. */
function stable(run: Recording, told: { owners: string; subject: string; key: string }): string {
  if (!told.key.startsWith("change:")) return told.key.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, "...");
  const found = run.notices.find(
    ({ owners, notice }) =>
      owners === told.owners && notice.subject === told.subject && notice.key === told.key,
  );
  return `change: ${found?.notice.title ?? told.key}`;
}

/** Notices that somebody read in the undisturbed run and not in this one, or the other way round. */
export function differingNotices(expected: Recording, actual: Recording): readonly Difference[] {
  const missing = untold(expected, actual).map((told) => ({
    subject: told.subject,
    what: `not told: ${told.key}`,
    ...whyOf(waitsUntil(actual, told) ?? unreadRecipients(actual, told)),
  }));
  const extra = untold(actual, expected).map((told) => ({
    subject: told.subject,
    what: `told beyond the usual: ${told.key}`,
    ...whyOf(toldInstead(actual, told)),
  }));
  return [...missing, ...extra];
}

const whyOf = (why: string | null) => (why === null ? {} : { why });

/** What one run told and somebody did not read in the other. */
function untold(run: Recording, other: Recording): readonly Told[] {
  const reached = readersIn(other);
  return toldIn(run).filter((told) =>
    recipientsOf(told.owners).some((address) => !reached(told).has(address)),
  );
}

/** Who read a notice, in one mail with others or apart from them. */
function readersIn(run: Recording): (told: Told) => ReadonlySet<string> {
  const nameOf = ({ subject, notice }: Told) => `${subject} ${notice}`;
  const sets = Map.groupBy(toldIn(run), nameOf);
  return (told) =>
    new Set((sets.get(nameOf(told)) ?? []).flatMap(({ owners }) => recipientsOf(owners)));
}

/** Told, but not to all: the case names whom of the recipients Azure did not let us read. */
function unreadRecipients(run: Recording, { subject, notice }: Told): string | null {
  const others = toldIn(run).some((one) => one.subject === subject && one.notice === notice);
  const unread = unreadIn(run, subject);
  return others && unread ? `recipients ${unread}` : null;
}

/** Told to those whom the case names because Azure did not let us read others. */
function toldInstead(run: Recording, { subject, owners }: Told): string | null {
  const unread = unreadIn(run, subject);
  const named = run.cases.find((one) => one.subject === subject)?.recipients?.to.join();
  return unread && named === recipientsOf(owners).join() ? `recipients ${unread}` : null;
}

function unreadIn(run: Recording, subject: string): string | null {
  const why = run.cases.find((one) => one.subject === subject)?.recipients?.why;
  return /not readable: [^)]+/.exec(why ?? "")?.[0] ?? null;
}

/** The mail that takes a notice along which lies there untold, planned or under way; null = there is none. */
function waitsUntil(run: Recording, { owners, key }: Told): string | null {
  const lies = run.notices.some(
    ({ owners: of, notice }) =>
      of === owners &&
      notice.sentAt === null &&
      keyIn(run, { owners, subject: notice.subject, key: notice.key }) === key,
  );
  const { agenda, digests, at } = run;
  const open = digests.some(
    ({ owners: of, digest }) => of === owners && digest.status === "sending",
  );
  const rows = agenda.filter((row) => row.subject === owners || (open && row.kind === "delivery"));
  if (lies && rows.some((row) => isAlive(row, run))) return "waits for a mail under way";
  const [first] = rows
    .map((row) => row.at)
    .filter((due) => Date.parse(due) > at - 5 * 60_000 && Date.parse(due) < at + 25 * 3_600_000)
    .sort();
  return lies && first ? `waits for the mail of ${first}` : null;
}

/** One notice, in a form that is the same in equal runs. */
const keyIn = (run: Recording, told: { owners: string; subject: string; key: string }): string =>
  `${told.owners} ${told.subject} ${stable(run, told)}`;

/** A mail that went twice, that says again what was said, or that nobody composed. */
export function mailProblems(expected: Recording, actual: Recording): readonly string[] {
  const composed = new Set(actual.digests.map(({ digest }) => digest.id));
  const counts = new Map<string, number>();
  for (const { operationId } of actual.mails) {
    counts.set(operationId, (counts.get(operationId) ?? 0) + 1);
  }
  const addressed = new Map(actual.digests.map(({ owners, digest }) => [digest.id, owners]));
  const astray = actual.mails.filter(({ operationId, to }) => {
    const owners = addressed.get(operationId);
    return owners?.startsWith("owners/") && to.join() !== recipientsOf(owners).join();
  });
  const twice = [...counts].filter(([, count]) => count > 1);
  return [
    ...astray.map(
      ({ subject, to }) => `"${subject}" went to ${to.join(", ")}, who own nothing of it`,
    ),
    ...twice.map(([id, count]) => `mail ${id} went out ${count} times`),
    ...actual.mails
      .filter(({ operationId }) => !composed.has(operationId))
      .map(({ subject, to }) => `nobody composed "${subject}" to ${to.join(", ")}`),
    ...repeated(actual, expected),
    ...reportsBeyond(expected, actual),
  ];
}

/** What somebody was told in more mails than in the undisturbed run, in whichever company. */
function repeated(actual: Recording, expected: Recording): readonly string[] {
  const usual = mailsPerReader(expected);
  return [...mailsPerReader(actual)]
    .filter(([key, ids]) => ids.length > Math.max(1, usual.get(key)?.length ?? 0))
    .map(([key, ids]) => `told ${ids.length} times: ${key}, in ${mailTexts(actual, ids)}`);
}

/** The mails in which each person was told each notice. */
function mailsPerReader(run: Recording): ReadonlyMap<string, readonly string[]> {
  const mails = new Map<string, string[]>();
  for (const { owners, subject, notice, operationId } of toldIn(run)) {
    for (const address of recipientsOf(owners)) {
      const key = `${address} ${subject} ${notice}`;
      mails.set(key, [...(mails.get(key) ?? []), operationId]);
    }
  }
  return mails;
}

function mailTexts(run: Recording, ids: readonly string[]): string {
  const texts = ids.map((id) => {
    const mail = run.mails.find(({ operationId }) => operationId === id);
    const frozen = run.digests.find(({ digest }) => digest.id === id)?.digest.frozenAt;
    return `"${mail?.subject}", frozen ${frozen}, sent ${new Date(mail?.at ?? 0).toISOString()}`;
  });
  return texts.join(" and ");
}

/** Mails without notices are the operators' reports: one a scan. */
function reportsBeyond(expected: Recording, actual: Recording): readonly string[] {
  const count = (run: Recording): number => {
    const reports = new Set(
      run.digests
        .filter(({ digest }) => digest.notices.length === 0)
        .map(({ digest }) => digest.id),
    );
    return run.mails.filter(({ operationId }) => reports.has(operationId)).length;
  };
  const [usual, now] = [count(expected), count(actual)];
  return now > usual ? [`${now} reports to the operators, not ${usual}`] : [];
}
