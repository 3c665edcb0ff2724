import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runPlan } from "../../../local/demo/plan.ts";
import { runDemo } from "../../../local/demo/run.ts";
import { runLocally } from "../../../local/demo/start.ts";

const folder = mkdtempSync(join(tmpdir(), "guardrail-commands-"));
const out = ["--out", join(folder, "out")];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command that is to end before it starts anything. */
function run(...args: readonly string[]): { code: number; said: string } {
  try {
    const said = execFileSync(process.execPath, ["local/main.ts", ...args], {
      encoding: "utf8",
      stdio: "pipe",
    });
    return { code: 0, said };
  } catch (failure) {
    const { status, stderr } = failure as { status: number; stderr: string };
    return { code: status, said: stderr };
  }
}

function policyWith(change: (policy: Record<string, Record<string, unknown>>) => void): string {
  const policy = JSON.parse(readFileSync("examples/shop/guardrail.json", "utf8"));
  change(policy);
  mkdirSync(join(folder, "policies"), { recursive: true });
  const file = join(folder, "policies/guardrail.json");
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

it("tells what a command takes", () => {
  const { code, said } = run("plan", "--help");
  expect(code).toBe(0);
  expect(said).toContain("--subscription ID");
});

it("names an option that is not known, and those that are", () => {
  const { code, said } = run("demo", "--stagee", "watch");
  expect(code).toBe(1);
  expect(said).toMatch(/--stagee[\s\S]*--stage STAGE/);
});

it("names the commands to who gives none", () => {
  const { code, said } = run("constructor");
  expect(code).toBe(2);
  expect(said).toContain("npm run plan");
});

it.each([
  ["demo", runDemo, []],
  ["start", runLocally, []],
  ["plan", runPlan, ["--subscription", "5b0e6c1a-3f52-4a6e-9d0f-1c2b3a4d5e6f"]],
])("ends %s with each mistake of a wrong policy", async (_, command, more) => {
  const policy = policyWith(({ rules = {}, mail = {} }) => {
    rules["adon"] = rules["addon"];
    mail["digestAt"] = "9";
  });
  const ended = command(["--policy", policy, ...out, ...more]);
  await expect(ended).rejects.toThrow(
    /rules\.adon: is not known: did you mean "addon"\?[\s\S]*mail\.digestAt: write a time as HH:MM/,
  );
});

it("asks for what a stage needs before anything starts", async () => {
  const policy = policyWith(({ mail = {} }) => {
    mail["replyTo"] = null;
  });
  const ended = runDemo(["--policy", policy, ...out]);
  await expect(ended).rejects.toThrow("mail.replyTo: write the address that takes answers");
});

it("takes nothing away from a folder but the files of an earlier run", async () => {
  const mine = join(folder, "mine");
  const names = ["thesis.txt", "report.html", "mails/love.txt", "mails/01-a.html"];
  mkdirSync(join(mine, "mails"), { recursive: true });
  for (const name of names) writeFileSync(join(mine, name), "mine");
  const empty = join(folder, "empty");
  mkdirSync(empty);

  const ended = runDemo(["--estate", empty, "--out", mine]);

  await expect(ended).rejects.toThrow("holds no resource");
  const kept = names.filter((name) => existsSync(join(mine, name)));
  expect(kept).toEqual(["thesis.txt", "mails/love.txt"]);
});

it("says at once when a folder cannot be written", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const ended = runDemo(["--out", file]);
  await expect(ended).rejects.toThrow("--out: give a folder that can be written");
});

it("says that a port is taken, and how to give another", async () => {
  const taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, "127.0.0.1", listening));
  const address = taken.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  try {
    const ended = runLocally(["--port", port, ...out]);
    await expect(ended).rejects.toThrow(new RegExp(`^--port: ${port} cannot be had .*another$`));
  } finally {
    taken.close();
  }
});
