import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildApp } from "../build.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A protection of the app, and the change of its source that takes it out. */
interface Protection {
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Id of a scenario that fails without it. */
  readonly shownBy: string;
}

/** Protections that a proof can take out, to show that it would notice. */
export const protections: Readonly<Record<string, Protection>> = {
  // A cluster that somebody changed since it was read is not written over.
  "if-match": {
    file: "shared/azure/clusters.ts",
    find: 'cluster.etag === null ? {} : { "if-match": cluster.etag }',
    replace: "{}",
    shownBy: "PUT-managedClusters/one-policy-addon:overtaken:first",
  },
  // A mail goes out under the id that it was frozen with.
  "frozen-id": {
    file: "functions/activities/delivery.ts",
    find: "parts.mail.send(digest.message, digest.id)",
    replace: "parts.mail.send(digest.message, crypto.randomUUID())",
    shownBy: "POST-send:reset-after:first",
  },
  // What became of a mail is asked before it is sent again.
  "operation-lookup": {
    file: "functions/activities/delivery.ts",
    find: 'const since = frozen.digest.sentAt ?? "";',
    replace: 'const since = frozen.digest.sentAt ?? "";\n  if (since !== "") return null;',
    shownBy: "POST-send:reset-after-no-dedup:first",
  },
  // Right before a write, what it was decided under must still rule.
  "hash-before-write": {
    file: "functions/activities/guard.ts",
    find: "return same ? write()",
    replace: "return same || true ? write()",
    shownBy: "PUT-managedClusters/one-policy-addon:429-then-stop:every",
  },
  // An attempt is noted before it is made, so that a lost answer is followed by a question.
  "attempt-first": {
    file: "functions/activities/delivery.ts",
    find: `  await parts.digests.update(owners, tried);
  const answer = await parts.mail.send(digest.message, digest.id);`,
    replace: `  const answer = await parts.mail.send(digest.message, digest.id);
  await parts.digests.update(owners, tried);`,
    shownBy: "POST-send:500-after-no-dedup:first",
  },
};

/** An app that was built for a proof, in a folder of its own. */
export interface ProofApp {
  readonly folder: string;
  clean(): void;
}

/** Builds the app as it is; what is built elsewhere meanwhile does not disturb the proof. */
export async function wholeApp(): Promise<ProofApp> {
  const folder = mkdtempSync(join(tmpdir(), "guardrail-app-"));
  await buildApp(folder);
  return { folder, clean: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Builds the app with one protection taken out, from a copy of its source.
 *
 * @throws Error when there is no such protection, or when its source no longer reads as it did.
 */
export async function brokenApp(name: string): Promise<ProofApp> {
  const protection = protections[name];
  if (!protection) {
    const known = Object.keys(protections).join(", ");
    throw new Error(`--break: "${name}" is none of ${known}`);
  }
  const copy = mkdtempSync(join(tmpdir(), "guardrail-broken-"));
  for (const part of ["functions", "shared", "local/build.ts", ...files]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const file = join(copy, protection.file);
  writeFileSync(file, without(protection, readFileSync(file, "utf8")));
  await run(process.execPath, [join(copy, "local/build.ts")], { cwd: copy });
  return {
    folder: join(copy, "dist/app"),
    clean: () => rmSync(copy, { recursive: true, force: true }),
  };
}

const files = ["package.json", "host.json", "guardrail.json"];

/** The source without the protection. */
export function without({ file, find, replace }: Protection, source: string): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`${file}: "${find}" stands there ${parts.length - 1} times, not once`);
}
