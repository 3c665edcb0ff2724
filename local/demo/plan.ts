import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { composeActivities } from "../../functions/activities/compose.ts";
import { createGateways } from "../../shared/azure/gateways.ts";
import type { Digest } from "../../shared/domain/notice.ts";
import type { InForce } from "../../shared/domain/policy.ts";
import { readPolicy } from "../../shared/policy.ts";
import { createRealClock } from "../azure/clock.ts";
import { readEstate } from "../azure/estate.ts";
import { createSimulatedAzure } from "../azure/index.ts";
import { startAzurite } from "../host/azurite.ts";
import { type RunningHost, startHost } from "../host/harness.ts";
import { openWindow } from "./open-window.ts";
import { prepareOut } from "./out-folder.ts";
import { readOutcome } from "./outcome.ts";
import { checkPolicy } from "./policy-check.ts";
import { writeReport } from "./report.ts";
import { tellStory } from "./story.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const mailEndpoint = "https://guardrail.communication.azure.com";
/** An address that nothing is ever delivered to (RFC 2606); the report is a preview as well. */
const operators = "operators@preview.invalid";
const looksPerSecond = 2;
const longestSeconds = 1800;

/** Where a plan keeps what it needs. */
interface Place {
  readonly data: string;
  /** Address of the mail service on this machine. */
  readonly mail: string;
  readonly storage: string;
}

interface PlanOptions {
  readonly subscription: string;
  readonly policy: string;
  readonly out: string;
  /** Domains that owners' previews may be addressed to, where the policy names none. */
  readonly ownerDomains: readonly string[];
  /** Where Azure Resource Manager is; null = the real one, with the developer's own sign-in. */
  readonly endpoint: string | null;
}

/**
 * Says what the guardrail would do in a real subscription: the same code, stage `watch`, the
 * developer's own sign-in. Whatever is not a read is refused before it is sent; mails go to a folder.
 */
export async function runPlan(args: readonly string[]): Promise<void> {
  const options = readPlanOptions(args);
  checkPolicy(options.policy, "watch", new Date().toISOString());
  prepareOut(options.out);
  console.log(
    `Looks at subscription ${options.subscription} with your own sign-in, reads only. State and mails stay on this machine.`,
  );
  const data = mkdtempSync(join(tmpdir(), "guardrail-plan-"));
  const [mail, azurite] = await Promise.all([startMailService(), startAzurite()]);
  const place = { data, mail: mail.url, storage: azurite.connectionString };
  let host: RunningHost | null = null;
  try {
    host = await startHost({
      app: resolve("dist/app"),
      data,
      env: settingsOf(options, place),
    });
    await scan(host);
    await report(host, options, place);
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
      "owner-domains": { type: "string" },
      endpoint: { type: "string" },
    },
  });
  if (!guid.test(values.subscription ?? "")) {
    throw new Error("--subscription: give the id of a subscription (az account show --query id)");
  }
  if (values.endpoint && !/^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?$/.test(values.endpoint)) {
    throw new Error("--endpoint: only an address on this machine, such as http://127.0.0.1:4000");
  }
  const policy = resolve(values.policy ?? "guardrail.json");
  if (!existsSync(policy)) throw new Error(`--policy: ${policy} does not exist`);
  return {
    subscription: values.subscription ?? "",
    policy,
    out: resolve(values.out ?? "plan-out"),
    ownerDomains: (values["owner-domains"] ?? "").split(",").filter(Boolean),
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

function settingsOf(options: PlanOptions, place: Place): Record<string, string> {
  const policy = JSON.parse(readFileSync(options.policy, "utf8"));
  policy.scope = { managementGroups: [], exclude: [], subscriptions: [options.subscription] };
  policy.mail = {
    ...policy.mail,
    operators: [operators],
    from: policy.mail.from ?? operators,
    ...openWindow(new Date()),
  };
  if (policy.mail.ownerDomains.length === 0) policy.mail.ownerDomains = options.ownerDomains;
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
    await sweep(host);
  }
  throw new Error(`Not done after ${longestSeconds / 60} minutes; try a smaller subscription`);
}

/** Starts what is due now rather than at the next full minute. */
async function sweep(host: RunningHost): Promise<void> {
  await fetch(`${host.url}/admin/functions/sweep`, {
    method: "POST",
    headers: { "x-functions-key": host.keys.master, "content-type": "application/json" },
    body: JSON.stringify({ input: "" }),
  });
}

async function report(host: RunningHost, options: PlanOptions, place: Place): Promise<void> {
  const call = (path: string): Promise<Response> =>
    fetch(`${host.url}/api/${path}`, { headers: { "x-functions-key": host.keys.function } });
  const today = new Date().toISOString().slice(0, 10);
  const outcome = await readOutcome({ call }, { from: today, to: today });
  const story = tellStory({ outcome, deliveries: [], mails: [], lastScan: null });
  writeReport(options.out, { outcome, story, after: [], stage: "watch", timeZone: "Etc/UTC" });
  const mails = await writePreviews(options, place);
  for (const { case: found, explanation } of outcome.cases) {
    console.log(`\n${found.name}`);
    for (const line of explanation) console.log(`  ${line}`);
  }
  if (outcome.cases.length === 0) console.log("\nNothing was found, and nothing would be changed.");
  const out = relative(process.cwd(), options.out);
  console.log(
    `\nREAD  ${join(out, "report.html")}   and ${mails} mails as they would go out, in ${join(out, "mails")}`,
  );
}

/** Composes the mails that wait for their time, and writes them as their readers would get them. */
async function writePreviews(options: PlanOptions, place: Place): Promise<number> {
  const gateways = createGateways({
    credential: { kind: options.endpoint ? "local" : "developer" },
    storage: { kind: "connection-string", value: place.storage },
    localRoutes: options.endpoint ? { "https://management.azure.com": options.endpoint } : {},
    readOnly: true,
    mail: { endpoint: null, from: null, replyTo: null },
    appVersion: "plan",
  });
  const inForce = inForceOf(place);
  const source = { live: async () => inForce, recent: async () => inForce };
  const composing = composeActivities(gateways, source, soon);
  for (const { subject, kind } of await gateways.agenda.list()) {
    if (kind === "owners") await composing.composeMail({ subject, operationId: randomUUID() });
  }
  const mails = join(options.out, "mails");
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

/** Notices are gathered for some minutes before they leave; a preview need not wait. */
const soon = (): string => new Date(Date.now() + 60 * 60_000).toISOString();

function inForceOf({ data }: Place): InForce {
  const now = new Date().toISOString();
  const read = readPolicy(readFileSync(join(data, "guardrail.json"), "utf8"), now);
  if (read.kind === "invalid") throw new Error("the policy of the plan is not well formed");
  return { policy: read.policy, hash: read.hash, stage: "watch", stageSince: now, stopped: null };
}
