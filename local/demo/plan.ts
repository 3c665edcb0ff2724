import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createGateways } from "../../shared/azure/gateways.ts";
import type { Digest } from "../../shared/domain/notice.ts";
import { createRealClock } from "../azure/clock.ts";
import { readEstate } from "../azure/estate.ts";
import { createSimulatedAzure } from "../azure/index.ts";
import { type RunningAzurite, startAzurite } from "../host/azurite.ts";
import { type RunningHost, startHost } from "../host/harness.ts";
import { readOutcome } from "./outcome.ts";
import { writeReport } from "./report.ts";
import { nameOf, tellStory } from "./story.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const mailEndpoint = "https://guardrail.communication.azure.com";
const looksPerSecond = 2;
const longestSeconds = 1800;

interface PlanOptions {
  readonly subscription: string;
  readonly policy: string;
  readonly out: string;
  /** Where Azure Resource Manager is; null = the real one, with the developer's own sign-in. */
  readonly endpoint: string | null;
}

/**
 * Says what the guardrail would do in a real subscription: the same code, stage `watch`, the
 * developer's own sign-in. Whatever is not a read is refused before it is sent; mails go to a folder.
 */
export async function runPlan(args: readonly string[]): Promise<void> {
  const options = readPlanOptions(args);
  console.log(
    `Looks at subscription ${options.subscription} with your own sign-in, reads only. State and mails stay on this machine.`,
  );
  const data = mkdtempSync(join(tmpdir(), "guardrail-plan-"));
  const [mail, azurite] = await Promise.all([startMailService(), startAzurite()]);
  let host: RunningHost | null = null;
  try {
    host = await startHost({
      app: resolve("dist/app"),
      data,
      env: settingsOf(options, { data, mail: mail.url, storage: azurite.connectionString }),
    });
    await scan(host);
    await report(host, options, azurite);
  } finally {
    await host?.stop();
    await Promise.all([mail.stop(), azurite.stop()]);
    rmSync(data, { recursive: true, force: true });
  }
}

function readPlanOptions(args: readonly string[]): PlanOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      subscription: { type: "string" },
      policy: { type: "string" },
      out: { type: "string" },
      endpoint: { type: "string" },
    },
  });
  if (!guid.test(values.subscription ?? "")) {
    throw new Error("--subscription: give the id of a subscription (az account show --query id)");
  }
  if (values.endpoint && !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(values.endpoint)) {
    throw new Error("--endpoint: only an address on this machine, such as http://127.0.0.1:4000");
  }
  return {
    subscription: values.subscription ?? "",
    policy: resolve(values.policy ?? "guardrail.json"),
    out: resolve(values.out ?? "plan-out"),
    endpoint: values.endpoint ?? null,
  };
}

async function startMailService(): Promise<{ url: string; stop(): Promise<void> }> {
  const nothing = readEstate([]);
  if (nothing.kind === "invalid") throw new Error("an empty estate was refused");
  const azure = createSimulatedAzure({
    estate: nothing.estate,
    clock: createRealClock(),
    mailEndpoint,
  });
  return { url: await azure.start(), stop: () => azure.stop() };
}

function settingsOf(
  options: PlanOptions,
  place: { readonly data: string; readonly mail: string; readonly storage: string },
): Record<string, string> {
  const policy = JSON.parse(readFileSync(options.policy, "utf8"));
  policy.scope = { managementGroups: [], exclude: [], subscriptions: [options.subscription] };
  const policyFile = join(place.data, "guardrail.json");
  writeFileSync(policyFile, JSON.stringify(policy));
  const azure = options.endpoint ? `https://management.azure.com=${options.endpoint};` : "";
  return {
    AzureWebJobsStorage: place.storage,
    DEFENDER_EVENTS_HUB: "defender-events",
    DefenderEvents: "Endpoint=sb://localhost;SharedAccessKeyName=local;SharedAccessKey=local",
    GUARDRAIL_CREDENTIAL: options.endpoint ? "local" : "developer",
    GUARDRAIL_LOCAL_ROUTES: `${azure}${mailEndpoint}=${place.mail}`,
    GUARDRAIL_MAIL_ENDPOINT: mailEndpoint,
    GUARDRAIL_POLICY: policyFile,
    GUARDRAIL_PRINCIPAL_ID: "00000000-0000-4000-8000-000000000000",
    GUARDRAIL_READ_ONLY: "true",
    GUARDRAIL_STAGE: "watch",
    HTTP_AUTH: "key",
    TASKHUB_NAME: "plan",
  };
}

/** Starts a scan and waits until every subject that it wants looked at has been. */
async function scan(host: RunningHost): Promise<void> {
  const call = (path: string, method: string): Promise<Response> =>
    fetch(`${host.url}/api/${path}`, {
      method,
      headers: { "x-functions-key": host.keys.function, "content-type": "application/json" },
      ...(method === "POST" ? { body: JSON.stringify({ why: "plan" }) } : {}),
    });
  const started = await call("scan", "POST");
  if (!started.ok) throw new Error(`The scan did not start: ${await started.text()}`);
  for (let look = 0; look < longestSeconds * looksPerSecond; look += 1) {
    await pause(1000 / looksPerSecond);
    const { lastScan, due } = (await (await call("health/details", "GET")).json()) as {
      lastScan: string | null;
      due: number;
    };
    if (lastScan && due === 0) {
      await host.whenIdle();
      return;
    }
  }
  throw new Error(`Not done after ${longestSeconds / 60} minutes; try a smaller subscription`);
}

async function report(
  host: RunningHost,
  options: PlanOptions,
  azurite: RunningAzurite,
): Promise<void> {
  const call = (path: string): Promise<Response> =>
    fetch(`${host.url}/api/${path}`, { headers: { "x-functions-key": host.keys.function } });
  const today = new Date().toISOString().slice(0, 10);
  const outcome = await readOutcome({ call }, { from: today, to: today });
  const story = tellStory({ outcome, deliveries: [], mails: [], lastScan: null });
  writeReport(options.out, { outcome, story, after: [], stage: "watch" });
  const mails = await writePreviews(options.out, azurite.connectionString);
  for (const { case: found, explanation } of outcome.cases) {
    console.log(`\n${nameOf(found.resourceId)}`);
    for (const line of explanation) console.log(`  ${line}`);
  }
  if (outcome.cases.length === 0) console.log("\nNothing was found, and nothing would be changed.");
  const out = relative(process.cwd(), options.out);
  console.log(
    `\nREAD  ${join(out, "report.html")}   and ${mails} mails as they would go out, in ${join(out, "mails")}`,
  );
}

/** Writes the mails that would have gone out, as their readers would get them. */
async function writePreviews(folder: string, storage: string): Promise<number> {
  const gateways = createGateways({
    credential: { kind: "local" },
    storage: { kind: "connection-string", value: storage },
    localRoutes: {},
    readOnly: true,
    mail: { endpoint: null, from: null, replyTo: null },
    appVersion: "plan",
  });
  const mails = join(folder, "mails");
  mkdirSync(mails, { recursive: true });
  const kept: Digest["status"][] = ["preview", "sending", "sent"];
  const found = (await Promise.all(kept.map((status) => gateways.digests.list(status)))).flat();
  for (const [index, { digest }] of found.entries()) {
    const name = `${String(index + 1).padStart(2, "0")}-${(digest.recipients[0] ?? "nobody").split("@")[0]}`;
    const safe = name.replace(/[^\w.-]/g, "_");
    writeFileSync(join(mails, `${safe}.html`), digest.message.html);
    writeFileSync(join(mails, `${safe}.txt`), digest.message.text);
  }
  return found.length;
}
