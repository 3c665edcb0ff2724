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
  /** Azure's correlation ids of our own writes, where `notBefore` asks for a look at nothing else. */
  readonly own?: readonly string[];
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
  /** Azure's correlation ids of our own writes, where it is about nothing else. */
  readonly own?: readonly string[];
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
  const waiting = {
    notBefore: latest(row?.notBefore ?? at, at),
    ...(asked.own && (!row?.notBefore || row.own)
      ? { own: [...(row?.own ?? []), ...asked.own] }
      : {}),
  };
  if (row === null || row.at > at) return { ...fresh, ...waiting };
  return { ...fresh, by: by ?? row.by, ...waiting, turn: turnOf(row) };
}

/**
 * The row after the look that took it, which wants another at `next`; null = settled. `noted`: correlation
 * ids of the writes that this look made and read back, for which no other is needed.
 */
export function settled(
  row: AgendaRow,
  next: string | null,
  noted: readonly string[] = [],
): Content | null {
  const { subject, kind, by, own } = row;
  const waiting = own?.every((id) => noted.includes(id)) ? {} : waitingOf(row);
  const [at] = [next, waiting.notBefore].filter((time) => typeof time === "string").sort();
  return at === undefined ? null : { subject, kind, at, by, ...waiting };
}

const waitingOf = ({ notBefore, own }: AgendaRow): Pick<AgendaRow, "notBefore" | "own"> => ({
  ...(notBefore === undefined ? {} : { notBefore }),
  ...(own === undefined ? {} : { own }),
});

/** Two rows with the same turn differ in nothing but what was asked for at a later time. */
export const turnOf = ({ turn, etag }: Pick<AgendaRow, "turn" | "etag">): string => turn ?? etag;

/**
 * Whether a row that is there now asks for a look that the one who took `taken` does not give. Who made a
 * write sees it through.
 */
export function isDueAgain(taken: AgendaRow, found: AgendaRow, now: string): boolean {
  if (found.etag === taken.etag) return false;
  if (turnOf(found) !== turnOf(taken)) return found.at <= now;
  return found.notBefore !== undefined && found.notBefore <= now && found.own === undefined;
}

const earliest = (one: string, other: string): string => (one < other ? one : other);
const latest = (one: string, other: string): string => (one > other ? one : other);
