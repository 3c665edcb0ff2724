import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readStartUp } from "../../functions/start-up.ts";

const now = "2026-11-23T09:00:00.000Z";
const folder = mkdtempSync(join(tmpdir(), "guardrail-start-"));
writeFileSync(join(folder, "guardrail.json"), readFileSync("guardrail.json"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = {
  GUARDRAIL_STAGE: "watch",
  GUARDRAIL_PRINCIPAL_ID: "0a0b0c0d-0000-4000-8000-000000000002",
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
};

it("starts with the policy beside the bundle", () => {
  const startUp = readStartUp({ environment, folder, now });
  expect(startUp).toMatchObject({ kind: "ok", settings: { stage: "watch" } });
});

it("names every mistake of settings and policy at once", () => {
  const file = join(folder, "wrong.json");
  writeFileSync(file, '{"version": 2}');
  const startUp = readStartUp({
    environment: { ...environment, GUARDRAIL_STAGE: "all", GUARDRAIL_POLICY: file },
    folder,
    now,
  });
  const paths = startUp.kind === "invalid" ? startUp.mistakes.map(({ path }) => path) : [];
  expect(paths).toContain("GUARDRAIL_STAGE");

  const policyOnly = readStartUp({
    environment: { ...environment, GUARDRAIL_POLICY: file },
    folder,
    now,
  });
  const wrong = policyOnly.kind === "invalid" ? policyOnly.mistakes.map(({ path }) => path) : [];
  expect(wrong).toContain("version");
});

it("says where a missing policy has to be", () => {
  const startUp = readStartUp({ environment, folder: join(folder, "nowhere"), now });
  expect(startUp).toMatchObject({
    kind: "invalid",
    mistakes: [{ path: "guardrail.json", message: expect.stringContaining("GUARDRAIL_POLICY") }],
  });
});

it("does not start a stage that mails owners without what their mails need", () => {
  const startUp = readStartUp({
    environment: {
      ...environment,
      GUARDRAIL_STAGE: "tell",
      GUARDRAIL_MAIL_ENDPOINT: "https://guardrail.communication.azure.com",
    },
    folder,
    now,
  });
  const paths = startUp.kind === "invalid" ? startUp.mistakes.map(({ path }) => path) : [];
  expect(paths).toContain("mail.ownerDomains");
});

it("takes sender and operators from the deployment where the policy names none", () => {
  const startUp = readStartUp({
    environment: {
      ...environment,
      GUARDRAIL_MAIL_FROM: "guardrail@cloud.contoso.com",
      GUARDRAIL_OPERATORS: "ops@contoso.com",
    },
    folder,
    now,
  });
  expect(startUp).toMatchObject({
    kind: "ok",
    policy: { mail: { from: "guardrail@cloud.contoso.com", operators: ["ops@contoso.com"] } },
  });
});
