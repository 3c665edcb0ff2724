import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Mutant, patched } from "./mutant.ts";

const left = new Set(["node_modules", "dist", ".git", ".vitest"]);

/** Copies the sources to a temporary folder, with the installed packages linked in. */
export function copyOfSources(): string {
  const folder = mkdtempSync(join(tmpdir(), "mutants-"));
  cpSync(".", folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** What a mutant makes of its file in a folder; throws where the patch no longer applies. */
export function textOf(folder: string, mutant: Mutant): string {
  const text = patched(readFileSync(join(folder, mutant.file), "utf8"), mutant);
  if (text !== null) return text;
  throw new Error(`${mutant.file}: this must stand there exactly once: ${mutant.find}`);
}

/** Does something while a copy of the sources has the patch, then takes it out again. */
export async function whilePatched<T>(
  folder: string,
  mutant: Mutant,
  act: () => Promise<T>,
): Promise<T> {
  const file = join(folder, mutant.file);
  const before = readFileSync(file, "utf8");
  writeFileSync(file, textOf(folder, mutant));
  try {
    return await act();
  } finally {
    writeFileSync(file, before);
  }
}
