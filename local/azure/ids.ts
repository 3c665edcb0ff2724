import { createHash } from "node:crypto";

/** Makes GUIDs that are the same in every run, one after the other. */
export function createIds(seed: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return guidOf(`${seed} ${count}`);
  };
}

/** The GUID that belongs to this text. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join("-");
}
