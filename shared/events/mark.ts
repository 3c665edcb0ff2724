import type { WatchedKind } from "../domain/subject.ts";

/** "This subject wants a look": all that an event is good for. */
export interface Mark {
  /** Canonical ARM id; a node's own id stands for its cluster until a run has found that. */
  readonly subject: string;
  readonly kind: WatchedKind;
  /** How long the look waits: 0, or some minutes until Azure shows what the event is about. */
  readonly delayMinutes: number;
  /** Who made the change, when the event says so: bounded text, a hint for people only. */
  readonly by: string | null;
  /** Azure's correlation ids of our own writes, where it is about nothing else. */
  readonly own?: readonly string[];
}

/** When a look is wanted, and why. */
export type When = Omit<Mark, "subject" | "kind">;

/**
 * Of each subject the earliest mark, with its caller, and the latest: a look at once does not stand for
 * the one at which Azure will show what a later mark is about.
 */
export function mergeMarks(marks: readonly Mark[]): readonly Mark[] {
  const bySubject = Map.groupBy(marks, (mark) => `${mark.kind} ${mark.subject}`);
  return [...bySubject.values()].flatMap((own) => {
    const delays = own.map(({ delayMinutes }) => delayMinutes);
    return [...new Set([Math.min(...delays), Math.max(...delays)])].flatMap((delay) => {
      const same = own.filter(({ delayMinutes }) => delayMinutes === delay);
      return same.find(({ by }) => by !== null) ?? foremost(same);
    });
  });
}

/** Of marks without a caller one that is not about our own write; else all of them as one. */
function foremost(marks: readonly Mark[]): readonly Mark[] {
  const others = marks.filter(({ own }) => own === undefined);
  if (others.length > 0) return others.slice(0, 1);
  const own = marks.flatMap((mark) => mark.own ?? []);
  return marks.slice(0, 1).map((first) => ({ ...first, own }));
}
