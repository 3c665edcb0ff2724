import { passOn } from "./pass-on.ts";

/** Counts the requests of the app to its storage account, and passes them on. */
export interface StorageMeter {
  /** The connection string with the meter's addresses. */
  readonly connectionString: string;
  /** Requests by verb and table, such as `PUT guardrailcases`; what was refused counts as `failed`. */
  counts(): Readonly<Record<string, number>>;
  stop(): void;
}

/** Stands between an app and the account of this connection string; answers come so many seconds later. */
export async function startStorageMeter(
  connectionString: string,
  seconds: number,
): Promise<StorageMeter> {
  const counts: Record<string, number> = {};
  const note = (method: string, path: string, status: number): void => {
    const table = /^\/[^/]+\/(\w+)/.exec(path)?.[1] ?? "other";
    const key = `${status < 400 ? method : `${method} failed`} ${table.toLowerCase()}`;
    counts[key] = (counts[key] ?? 0) + 1;
  };
  let metered = connectionString;
  const passages = await Promise.all(
    ["TableEndpoint", "BlobEndpoint"].map(async (name) => {
      const address = new RegExp(`${name}=(http://[^/]+)/`).exec(connectionString)?.[1];
      if (!address) throw new Error(`${name}: missing in the connection string`);
      const passage = await passOn(address, note, seconds);
      metered = metered.replace(`${name}=${address}/`, `${name}=${passage.origin}/`);
      return passage;
    }),
  );
  return {
    connectionString: metered,
    counts: () => ({ ...counts }),
    stop() {
      for (const passage of passages) passage.stop();
    },
  };
}
