import type { SubjectKind } from "./subject.ts";

/** A row of the agenda: a subject that wants a look. */
export interface AgendaRow {
  readonly subject: string;
  readonly kind: SubjectKind;
  /** ISO time from which it wants a look: the earliest that was asked for. */
  readonly at: string;
  readonly etag: string;
  /** Who changed it last, when an event told: a hint for people, never a ground to act. */
  readonly by: string | null;
  /** The latest time before which a look would come too early for one of its marks. */
  readonly notBefore?: string;
  /** Etag of the row when it was last asked for a look at once; absent = its own etag. */
  readonly turn?: string;
}

/** What a mark asks for. */
export interface Asked {
  readonly subject: string;
  readonly kind: SubjectKind;
  /** ISO time by which it wants a look. */
  readonly at: string;
  readonly by?: string | null;
  /** Whether a look before that time does not count, because Azure will show only then what it is about. */
  readonly notBefore?: boolean;
}

type Content = Omit<AgendaRow, "etag">;

/**
 * The row after a mark. Its time never becomes a later one, so that no stream of marks keeps a subject
 * from its look; a look that comes too early for a mark is followed by one that does not.
 */
export function marked(row: AgendaRow | null, asked: Asked): Content {
  const { subject, kind, at, by = null } = asked;
  const fresh = { subject, kind, at: row ? earliest(row.at, at) : at, by };
  if (!asked.notBefore) return { ...fresh, ...(row && waitingOf(row)) };
  const notBefore = latest(row?.notBefore ?? at, at);
  if (row === null || row.at > at) return { ...fresh, notBefore };
  return { ...fresh, by: by ?? row.by, notBefore, turn: turnOf(row) };
}

/** The row after the look that took it, which wants another at `next`; null = settled. */
export function settled(row: AgendaRow, next: string | null): Content | null {
  const { subject, kind, by, notBefore } = row;
  const [at] = [next, notBefore].filter((time) => typeof time === "string").sort();
  return at === undefined ? null : { subject, kind, at, by, ...waitingOf(row) };
}

const waitingOf = ({ notBefore }: AgendaRow) => (notBefore === undefined ? {} : { notBefore });

/** Two rows with the same turn differ in nothing but what was asked for at a later time. */
export const turnOf = ({ turn, etag }: Pick<AgendaRow, "turn" | "etag">): string => turn ?? etag;

/** Whether a row that is there now asks for a look that the one who took `taken` does not give. */
export function isDueAgain(taken: AgendaRow, found: AgendaRow, now: string): boolean {
  if (found.etag === taken.etag) return false;
  if (turnOf(found) !== turnOf(taken)) return found.at <= now;
  return found.notBefore !== undefined && found.notBefore <= now;
}

const earliest = (one: string, other: string): string => (one < other ? one : other);
const latest = (one: string, other: string): string => (one > other ? one : other);
