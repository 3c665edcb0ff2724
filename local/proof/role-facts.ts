import { differences, type Flat, flatten } from "./flat.ts";
import type { Recording } from "./recording.ts";

/**
 * What a run came to, as paths and texts that are the same in equal runs: the estate, the cases, the
 * ledger, and the mails by recipients.
 */
export function factsOf(run: Recording): Flat {
  const facts: Record<string, string> = {};
  const add = (prefix: string, leaves: Flat): void => {
    for (const [path, text] of Object.entries(leaves)) facts[`${prefix} ${path}`] = text;
  };
  for (const [id, leaves] of Object.entries(run.estate)) add(id, leaves);
  for (const found of run.cases) add(`case of ${found.subject}`, flatten(plain(found)));
  run.ledger.forEach((line, index) => {
    add(`ledger ${index}`, flatten(plain(line)));
  });
  run.mails
    .map(({ to, subject }) => `${to.join(", ")}: ${subject}`)
    .sort()
    .forEach((mail, index) => {
      facts[`mail ${index}`] = mail;
    });
  run.digests
    .map(({ owners, digest }) => `${owners}: ${digest.message.text}`)
    .sort()
    .forEach((text, index) => {
      facts[`text ${index}`] = text;
    });
  return facts;
}

const plain = (value: unknown): unknown => value;

/** The facts in which two runs differ. */
export const differingFacts = (one: Recording, other: Recording): readonly string[] =>
  differences(factsOf(one), factsOf(other));
