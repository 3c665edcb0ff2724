import { lineOf } from "../events/untrusted.ts";

const longest = 78;

/** One header line of at most 78 characters: the name gives way, what stands around it stays whole. */
export function subjectLine(before: string, name: string, after: string): string {
  const room = Math.max(8, longest - before.length - after.length);
  const calm = name.replace(/[!！]+/gu, "");
  return lineOf(`${before}${lineOf(calm, room)}${after}`, longest);
}
