import { type RunningAzurite, startAzurite } from "../host/azurite.ts";

/** Empty storage accounts, one for each run. */
export interface Storages {
  /** Connection string of an account that nobody has used yet. */
  next(): Promise<string>;
  stop(): Promise<void>;
}

/** Accounts of one Azurite: it keeps all of them in memory. */
const accountsEach = 150;

/**
 * Hands out accounts of one Azurite to many runs, because starting one for each would take longer than
 * the run; now and then a new one takes over, and the one before the last is stopped.
 */
export function createStorages(): Storages {
  const accounts = Array.from({ length: accountsEach }, (_, index) => `proof${index}`);
  let used = 0;
  let current: Promise<RunningAzurite> | null = null;
  let former: Promise<RunningAzurite> | null = null;

  const turnOver = async (): Promise<void> => {
    const old = former;
    former = current;
    current = startAzurite({ accounts });
    await (await old)?.stop();
  };

  return {
    async next() {
      const place = used % accountsEach;
      used += 1;
      if (place === 0) await turnOver();
      const azurite = await current;
      if (!azurite) throw new Error("Azurite has been stopped");
      return azurite.connectionStringOf(accounts[place] ?? "");
    },
    async stop() {
      await Promise.all([current, former].map(async (azurite) => (await azurite)?.stop()));
    },
  };
}
