import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const key = z.string().min(8);

/** The host's keys: master and function (host) key, and the system keys of the two webhooks. */
export const HostKeys = z.strictObject({
  master: key,
  function: key,
  durable: key,
  eventGrid: key,
});

/** Keys as clients send them, in `x-functions-key` or `?code=`. */
export type HostKeys = z.infer<typeof HostKeys>;

/** Reads the keys of a data folder; makes them at the first start. */
export function openKeys(folder: string): HostKeys {
  const file = join(folder, "keys.json");
  mkdirSync(folder, { recursive: true });
  if (existsSync(file)) return HostKeys.parse(JSON.parse(readFileSync(file, "utf8")));
  const make = () => randomBytes(30).toString("base64url");
  const keys = { master: make(), function: make(), durable: make(), eventGrid: make() };
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}
