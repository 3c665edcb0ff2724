import { z } from "zod";

const Entry = z.object({
  subject: z.string(),
  kind: z.string(),
  act: z.string(),
});

/** The tag keys that the guardrail writes, and none else. */
export const ownTagKeys = ["guardrail-compliance", "guardrail-since"] as const;

/**
 * The resources whose tags the ledger says we wrote, in the order of the ledger.
 *
 * @throws Error that names the line that is no ledger entry.
 */
export function taggedResources(ledger: string): readonly string[] {
  const lines = ledger.split("\n").map((text, index) => ({ text: text.trim(), line: index + 1 }));
  const subjects = lines
    .filter(({ text }) => text !== "")
    .map(({ text, line }) => readEntry(text, line))
    .filter((entry) => entry.kind === "change" && entry.act === "write-tags")
    .map((entry) => entry.subject);
  return [...new Set(subjects)];
}

function readEntry(text: string, line: number): z.infer<typeof Entry> {
  try {
    return Entry.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `line ${line}: not an entry of the ledger; export it with GET /api/ledger?from=...&to=...`,
    );
  }
}
