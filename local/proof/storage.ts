import { startAzurite } from "../host/azurite.ts";

/** Empty storage accounts, one for each run. */
export interface Storages {
  /** Connection string of an account that nobody has used yet. */
  next(): string;
  stop(): Promise<void>;
}

/** Starts one Azurite for many runs: to start one each would take longer than the run. */
export async function startStorages(count: number): Promise<Storages> {
  const accounts = Array.from({ length: count }, (_, index) => `proof${index}`);
  const azurite = await startAzurite({ accounts });
  let used = 0;
  return {
    next() {
      const account = accounts[used];
      used += 1;
      if (account === undefined) throw new Error(`only ${count} storage accounts were prepared`);
      return azurite.connectionStringOf(account);
    },
    stop: azurite.stop,
  };
}
