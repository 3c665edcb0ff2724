import type { Gateways } from "./ports.ts";

/**
 * Gateways whose code, and Azure's libraries with it, is loaded when the first of them is asked
 * something: to say which functions there are, the app needs none of it.
 */
export function deferGateways(load: () => Promise<Gateways>): Gateways {
  let loading: Promise<Gateways> | undefined;
  const loaded = (): Promise<Gateways> => {
    loading ??= load();
    return loading;
  };
  return new Proxy({} as Gateways, {
    get: (_, name) =>
      name === "ledger" ? deferLedger(loaded) : deferOne(name as keyof Gateways, loaded),
  });
}

type Ask = (...input: readonly unknown[]) => Promise<unknown>;

/** One gateway: each of its methods answers with a promise. */
function deferOne<Name extends keyof Gateways>(
  name: Name,
  loaded: () => Promise<Gateways>,
): Gateways[Name] {
  return new Proxy({} as Gateways[Name], {
    get:
      (_, method): Ask =>
      async (...input) => {
        const gateway = (await loaded())[name] as unknown as Record<string | symbol, Ask>;
        return gateway[method]?.(...input);
      },
  });
}

/** The ledger is read as a stream. */
function deferLedger(loaded: () => Promise<Gateways>): Gateways["ledger"] {
  return {
    write: async (entry) => (await loaded()).ledger.write(entry),
    async *list(from, to) {
      yield* (await loaded()).ledger.list(from, to);
    },
    removeOlder: async (than) => (await loaded()).ledger.removeOlder(than),
  };
}
