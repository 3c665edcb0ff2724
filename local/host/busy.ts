/** Counts what is going on in the host, so that it can tell when nothing is. */
export interface Busy {
  /** Something begins; the answer ends it (once). */
  begin(): () => void;
  count(): number;
  /** Resolves when nothing has been going on for two turns of the event loop. */
  idle(): Promise<void>;
  /** Resolves when something begins, or after so many real milliseconds. */
  begun(milliseconds: number): Promise<void>;
}

/** Creates the count; it starts at rest. */
export function createBusy(): Busy {
  let running = 0;
  let changes = 0;
  let waitingForRest: (() => void)[] = [];
  let waitingForWork: (() => void)[] = [];

  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const rest = () => new Promise<void>((resolve) => waitingForRest.push(resolve));
  const wake = (list: (() => void)[]): void => {
    for (const resolve of list) resolve();
  };

  return {
    begin() {
      let ended = false;
      running++;
      changes++;
      wake(waitingForWork);
      waitingForWork = [];
      return () => {
        if (ended) return;
        ended = true;
        if (--running > 0) return;
        wake(waitingForRest);
        waitingForRest = [];
      };
    },
    count: () => running,
    async idle() {
      for (;;) {
        if (running > 0) await rest();
        const seen = changes;
        await turn();
        await turn();
        if (running === 0 && seen === changes) return;
      }
    },
    begun(milliseconds) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        waitingForWork.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}
