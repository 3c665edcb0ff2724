interface Entry {
  readonly due: number;
  readonly order: number;
  run: (() => void) | null;
}

/** Things to run at a time, earliest first and in the order they came; times in milliseconds. */
export interface DueQueue {
  /** Adds one; the answer takes it out again. */
  add(due: number, run: () => void): () => void;
  next(): number | null;
  /** Runs all that are due. */
  runUntil(now: number): void;
}

/** A binary heap: what is taken out stays in it, without effect, until it comes to the top. */
export function createDueQueue(): DueQueue {
  const heap: Entry[] = [];
  let order = 0;

  const before = (a: Entry | undefined, b: Entry | undefined): boolean =>
    !!a && (!b || a.due < b.due || (a.due === b.due && a.order < b.order));

  const swap = (a: number, b: number): void => {
    const [x, y] = [heap[a], heap[b]];
    if (x && y) {
      heap[a] = y;
      heap[b] = x;
    }
  };

  const up = (start: number): void => {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i], heap[parent])) return;
      swap(i, parent);
      i = parent;
    }
  };

  const down = (): void => {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      const child = before(heap[right], heap[left]) ? right : left;
      if (!before(heap[child], heap[i])) return;
      swap(i, child);
      i = child;
    }
  };

  const pop = (): void => {
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      down();
    }
  };

  const top = (): Entry | undefined => {
    while (heap[0] && !heap[0].run) pop();
    return heap[0];
  };

  return {
    add(due, run) {
      const entry: Entry = { due, order: order++, run };
      heap.push(entry);
      up(heap.length - 1);
      return () => {
        entry.run = null;
      };
    },
    next: () => top()?.due ?? null,
    runUntil(now) {
      for (let entry = top(); entry && entry.due <= now; entry = top()) {
        pop();
        const { run } = entry;
        entry.run = null;
        run?.();
      }
    },
  };
}
