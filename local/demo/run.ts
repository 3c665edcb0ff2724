import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createVirtualClock } from "../azure/clock.ts";
import type { ImagePush } from "../azure/images/index.ts";
import type { JsonObject } from "../azure/json.ts";
import { alertsIn } from "./alerts.ts";
import { withHost } from "./host-end.ts";
import { readOptions } from "./options.ts";
import { prepareOut } from "./out-folder.ts";
import { readHealth, readOutcome } from "./outcome.ts";
import { checkPolicy } from "./policy-check.ts";
import { postureLine, postureOf } from "./posture.ts";
import { writeReport } from "./report.ts";
import { type Delivery, type Push, readScenario } from "./scenario.ts";
import { condense, type SentMail, type StoryLine, tellStory } from "./story.ts";
import { clockTime, createTerminal } from "./terminal.ts";
import { startWorld, type World } from "./world.ts";

const mostLines = 30;

/** Runs a scenario on the virtual clock and tells what happened; ends by itself. */
export async function runDemo(args: readonly string[]): Promise<void> {
  const started = performance.now();
  const options = readOptions(args);
  const scenario = readScenario(options);
  checkPolicy(options.policy, options.stage, new Date(scenario.start).toISOString());
  const mailDir = prepareOut(options.out);
  const timeZone = timeZoneOf(options.policy);
  const terminal = createTerminal(process.stdout);
  terminal.line(
    "Container Guardrail demo: a simulated Azure on this machine. No account, nothing leaves it.",
  );
  terminal.line(
    `It runs the code you would deploy, on a virtual clock. Stage: ${options.stage} (a deployment starts at: watch, $0).`,
  );
  terminal.line();

  const data = mkdtempSync(join(tmpdir(), "guardrail-"));
  // What a host warns of can depend on the machine; the screen does not.
  const log = options.verbose ? null : join(options.out, "host.log");
  const clock = createVirtualClock({ start: new Date(scenario.start).toISOString() });
  const world = await startWorld({
    estate: options.estate,
    policy: options.policy,
    stage: options.stage,
    principal: scenario.principal,
    clock,
    data,
    mailDir,
    recordTo: options.record,
    verbose: options.verbose,
    ...(log === null ? {} : { log }),
  });
  try {
    terminal.line(`BEFORE  ${postureLine(postureOf(world.azure))}`);
    terminal.line();
    for (const delivery of scenario.deliveries) {
      clock.schedule(delivery.at, () => carryOut(world, delivery));
    }
    await withHost(world.host, clock.runUntil(scenario.until), log);
    await world.host.whenIdle();
    const outcome = await readOutcome(world, {
      from: dayOf(scenario.start),
      to: dayOf(scenario.until),
    });
    const mails = mailsOf(world);
    const { lastScan } = await readHealth(world);
    const story = tellStory({ outcome, deliveries: scenario.deliveries, mails, lastScan });
    terminal.story(options.verbose ? story : condense(story, mostLines), timeZone);
    terminal.line();
    terminal.line(`AFTER   ${postureLine(postureOf(world.azure))}`);
    const count = (verb: string): number => story.filter((line) => line.verb === verb).length;
    const ours = world.azure.events.filter((event) =>
      JSON.stringify(event).includes(scenario.principal.appId),
    ).length;
    terminal.line(
      `        ${count("changed")} changes, ${count("left")} left, ${count("refused")} refused, ${mails.length} mails, ${outcome.quarantine} kept aside; ${ours} echoes of our own writes`,
    );
    writeReport(options.out, {
      outcome,
      story,
      after: estateAfter(world),
      stage: options.stage,
      asked: world.azure.operationsSeen(),
      timeZone,
    });
    const minutes = Math.round((clock.now() - scenario.start) / 60_000);
    const seconds = Math.round((performance.now() - started) / 1000);
    const quietSince = clockTime(lastAct(story), timeZone);
    terminal.line(`        quiet since ${quietSince}; ${minutes} minutes of Azure in ${seconds} s`);
    terminal.line();
    const out = relative(process.cwd(), options.out) || ".";
    const file = fullestMail(world);
    if (file) {
      terminal.line(`READ    ${join(out, "mails", `${file}.html`)}   a mail as its owner gets it`);
    }
    terminal.line(
      `        ${join(out, "report.html")}   each cluster: found, changed, left, refused, why`,
    );
    terminal.line("TRY     npm run demo -- --stage watch        the same morning, nothing written");
    terminal.line(
      "        npm run plan -- --subscription ID    your own Azure, read-only (az login)",
    );
  } finally {
    await world.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function carryOut(world: World, delivery: Delivery): Promise<void> {
  if (delivery.change) {
    const { as, resource, merge } = delivery.change;
    await world.azure.changeAs({ ...as, upn: null }, resource, merge as JsonObject);
  } else if (delivery.push) {
    world.azure.images.push(pushOf(delivery.push));
  } else if (delivery.to !== "azure") {
    // Defender shows what it exports.
    for (const alert of alertsIn(delivery.text)) world.azure.store.put(alert);
    await world.deliver(delivery.to, delivery.text);
  }
}

/** Absent and undefined are two things to the simulated Azure. */
function pushOf({ kind: _, software, secrets, runsIn, ...push }: Push): ImagePush {
  return {
    ...push,
    ...(software ? { software } : {}),
    ...(secrets ? { secrets } : {}),
    ...(runsIn ? { runsIn } : {}),
  };
}

function mailsOf({ azure }: World): readonly SentMail[] {
  return azure.mailbox.mails.map(({ sentAt, message, file }) => ({
    at: Date.parse(sentAt),
    to: message.recipients.to.map(({ address }) => address),
    subject: message.content.subject,
    file: file ?? "",
  }));
}

/** The file of the mail with the most in it that tells owners what to fix. */
function fullestMail({ azure }: World): string | null {
  const told = azure.mailbox.mails.filter(({ message }) =>
    message.content.subject.includes("security findings"),
  );
  const sizeOf = ({ message }: (typeof told)[number]): number => message.content.html?.length ?? 0;
  return told.toSorted((one, other) => sizeOf(other) - sizeOf(one))[0]?.file ?? null;
}

function estateAfter({ azure }: World): Parameters<typeof writeReport>[1]["after"] {
  return [
    "Microsoft.Resources/subscriptions",
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerRegistry/registries",
  ].flatMap((type) =>
    azure.store.list(type).map((resource) => ({ id: resource.id, type, resource })),
  );
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** When the guardrail last did anything. */
const lastAct = (story: readonly StoryLine[]): number =>
  story.findLast(({ verb }) => ["changed", "mailed", "left", "refused"].includes(verb))?.at ?? 0;

function timeZoneOf(policy: string): string {
  const parsed: { mail?: { timeZone?: string } } = JSON.parse(readFileSync(policy, "utf8"));
  return parsed.mail?.timeZone ?? "Etc/UTC";
}
