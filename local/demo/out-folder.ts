import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const ours = ["estate-after.json", "host.log", "ledger.jsonl", "report.html", "report.json"];
const ourMail = /^\d+-.*\.(eml|html|txt)$/;

/**
 * Makes a folder ready for a run and answers the folder for its mails. Of what lies there only the
 * files of an earlier run are taken away, so that naming the wrong folder costs nothing.
 *
 * @throws Error that names the option when the folder cannot be written.
 */
export function prepareOut(folder: string): string {
  const mails = join(folder, "mails");
  try {
    mkdirSync(mails, { recursive: true });
    for (const name of ours) rmSync(join(folder, name), { force: true });
    for (const name of readdirSync(mails)) if (ourMail.test(name)) rmSync(join(mails, name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`--out: give a folder that can be written: ${why}`);
  }
  return mails;
}
