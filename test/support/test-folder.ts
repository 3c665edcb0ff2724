import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder for the test that asks for it; it is gone when the test has ended. */
export function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), "guardrail-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
