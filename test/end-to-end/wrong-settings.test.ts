import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { startHost } from "../../local/host/harness.ts";

it("runs with wrong settings only to say so: health answers 503 with every mistake", async () => {
  const data = mkdtempSync(join(tmpdir(), "guardrail-wrong-"));
  const host = await startHost({
    app: resolve("dist/app"),
    data,
    env: {
      GUARDRAIL_STAGE: "everything",
      GUARDRAIL_PRINCIPAL_ID: undefined,
      AzureWebJobsStorage: undefined,
    },
  });
  try {
    const health = await fetch(`${host.url}/api/health`);
    expect(health.status).toBe(503);
    const { mistakes } = (await health.json()) as { mistakes: { path: string }[] };
    const paths = mistakes.map(({ path }) => path);
    expect(paths).toContain("GUARDRAIL_STAGE");
    expect(paths).toContain("GUARDRAIL_PRINCIPAL_ID");
    const headers = { "x-functions-key": host.keys.function };
    expect((await fetch(`${host.url}/api/cases`, { headers })).status).toBe(404);
  } finally {
    await host.stop();
    rmSync(data, { recursive: true, force: true });
  }
});
