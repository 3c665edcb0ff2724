import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderOfTest } from "../support/test-folder.ts";
import { runScript } from "./run-script.ts";

const shipped = JSON.parse(readFileSync("guardrail.json", "utf8"));

/** As after a build, with this policy in the folder that is deployed. */
async function predeploy(policy: string, env: Record<string, string> = {}) {
  const cwd = folderOfTest();
  mkdirSync(join(cwd, "dist", "app"), { recursive: true });
  writeFileSync(join(cwd, "dist", "app", "guardrail.json"), policy);
  return runScript("predeploy.ts", { cwd, env });
}

it("lets a policy through that parses", async () => {
  const { code, output } = await predeploy(JSON.stringify(shipped));
  expect(output).toContain("well formed");
  expect(code).toBe(0);
});

it("refuses a policy with mistakes, naming each", async () => {
  const { code, output } = await predeploy(
    JSON.stringify({
      ...shipped,
      limits: { ...shipped.limits, changesPerHour: -1 },
      mail: { ...shipped.mail, timeZone: "Mars/Olympus" },
    }),
  );
  expect(output).toContain("limits.changesPerHour");
  expect(output).toContain("mail.timeZone");
  expect(code).toBe(1);
});

it("refuses a policy that is no JSON", async () => {
  expect((await predeploy("{")).code).toBe(1);
});

it("refuses a policy that does not suffice for the stage: the app would start with nothing", async () => {
  const env = { AZURE_ENV_NAME: "guardrail", GUARDRAIL_STAGE: "tell" };
  const short = await predeploy(JSON.stringify(shipped), env);
  expect(short.output).toContain("mail.ownerDomains: write the domains");
  expect(short.output).not.toContain("mail.from");
  expect(short.code).toBe(1);
  const mail = {
    ...shipped.mail,
    replyTo: "ops@contoso.com",
    aboutUrl: "https://contoso.com/guardrail",
    ownerDomains: ["contoso.com"],
  };
  expect((await predeploy(JSON.stringify({ ...shipped, mail }), env)).code).toBe(0);
});

it("refuses a stage that there is not", async () => {
  const env = { AZURE_ENV_NAME: "guardrail", GUARDRAIL_STAGE: "go" };
  const { code, output } = await predeploy(JSON.stringify(shipped), env);
  expect(output).toContain("azd env set GUARDRAIL_STAGE");
  expect(code).not.toBe(0);
});
