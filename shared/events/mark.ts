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
}

/** One mark for each subject: the earliest look wins, and with it its caller. */
export function mergeMarks(marks: readonly Mark[]): readonly Mark[] {
  const earliest = new Map<string, Mark>();
  for (const mark of marks) {
    const key = `${mark.kind} ${mark.subject}`;
    const known = earliest.get(key);
    if (!known || mark.delayMinutes < known.delayMinutes) earliest.set(key, mark);
    else if (!known.by && mark.by && mark.delayMinutes === known.delayMinutes) {
      earliest.set(key, mark);
    }
  }
  return [...earliest.values()];
}
