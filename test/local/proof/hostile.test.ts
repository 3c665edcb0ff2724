import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ProofApp, wholeApp } from "../../../local/proof/app.ts";
import { type Example, readExample } from "../../../local/proof/example.ts";
import { differences } from "../../../local/proof/flat.ts";
import { unhandledFailures } from "../../../local/proof/health.ts";
import { type Recording, record } from "../../../local/proof/recording.ts";
import { createStorages } from "../../../local/proof/storage.ts";
import { undisturbed } from "../../../local/proof/world.ts";
import { hostileExample, mark, refusingIn } from "./hostile-example.ts";

const folder = mkdtempSync(join(tmpdir(), "guardrail-hostile-"));
const log = join(folder, "log.txt");
const storages = createStorages();
let app: ProofApp;
let usual: Recording;
let hostile: Recording;
let renamed: Recording;
/** Lower-case id of the resource that refuses every write. */
let refusing: string;

/** A name that Azure allows for a group, and that a careless address or query would not survive. */
const group = "Rg.(Zwei)-\u00fc_n.d";

beforeAll(async () => {
  app = await wholeApp();
  const example = await readExample();
  refusing = refusingIn(example).toLowerCase();
  const place = async (of: Example) => ({
    example: of,
    app: app.folder,
    storage: await storages.next(),
  });
  [usual, hostile] = await Promise.all([
    record(await place(example), undisturbed),
    record({ ...(await place(hostileExample(example))), log }, undisturbed),
  ]);
  renamed = await record(await place(withGroup(example)), undisturbed);
}, 240_000);

afterAll(async () => {
  await storages.stop();
  app?.clean();
  rmSync(folder, { recursive: true, force: true });
});

function withGroup(example: Example): Example {
  const rename = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(/rg-two/gi, group)) as T;
  return {
    ...example,
    estate: rename(example.estate),
    scenario: rename(example.scenario),
    subjects: example.subjects.map((id) => id.replaceAll("rg-two", group.toLowerCase())),
  };
}

const messages = () => hostile.digests.map(({ digest }) => digest.message);

describe("hostile text wherever the guardrail reads", () => {
  it("is there: in cases, mails and refusals", () => {
    expect(JSON.stringify(hostile.cases)).toContain(mark);
    expect(messages().filter(({ html }) => html.includes(mark)).length).toBeGreaterThan(3);
    const refused = hostile.cases.flatMap((one) => one.refusals).map(({ message }) => message);
    expect(refused.some((message) => message.includes(mark))).toBe(true);
  });

  it("makes nothing fail, and no subject lost", () => {
    expect(unhandledFailures(hostile)).toEqual([]);
    expect(hostile.cases.flatMap(({ fault }) => fault ?? [])).toEqual([]);
    const judged = (run: Recording) => run.cases.map(({ subject }) => subject).sort();
    expect(judged(hostile)).toEqual(judged(usual));
    expect(hostile.quarantine).toBe(usual.quarantine);
  });

  it("changes nothing but what is changed anyway", () => {
    const writes = (run: Recording) =>
      run.writes
        .filter(({ resource }) => !resource.startsWith(refusing))
        .map(({ resource, operation }) => `${operation} ${resource}`)
        .sort();
    expect(writes(hostile)).toEqual(writes(usual));
    expect(writes(hostile).filter((one) => one.includes("tags/write")).length).toBeGreaterThan(1);
    expect(hostile.writes.filter(({ resource }) => resource.startsWith(refusing))).toEqual([]);
    const watched = Object.entries(usual.estate).filter(([id]) => !id.includes("/alerts/"));
    for (const [id, leaves] of watched) {
      const paths = differences(leaves, hostile.estate[id] ?? {});
      const strange = paths.filter((path) => !spoiltPath.test(path));
      expect([id, ...strange]).toEqual([id]);
    }
  });

  it("leaves our own tags as they are beside plain ones", () => {
    const tags = (run: Recording) =>
      Object.entries(run.estate)
        .filter(([id]) => !id.startsWith(refusing))
        .flatMap(([id, leaves]) => `${id} ${leaves["tags.guardrail-compliance"] ?? "none"}`);
    expect(tags(hostile)).toEqual(tags(usual));
    expect(new Set(tags(usual).map((one) => one.split(" ")[1])).size).toBeGreaterThan(2);
  });

  it("keeps nobody from being told what is told anyway", () => {
    const told = (run: Recording) => {
      const sent = new Set(run.mails.map(({ operationId }) => operationId));
      const mails = run.digests.filter(({ digest }) => sent.has(digest.id));
      const lines = mails.flatMap(({ owners, digest }) =>
        digest.notices.map(({ subject, key }) => `${owners} ${key.split(":")[0]} ${subject}`),
      );
      return [...new Set(lines)].sort();
    };
    const elsewhere = (lines: readonly string[]) => lines.filter((one) => !one.endsWith(refusing));
    expect(elsewhere(told(hostile))).toEqual(elsewhere(told(usual)));
    expect(told(hostile)).toEqual(expect.arrayContaining(told(usual)));
    expect(told(usual).length).toBeGreaterThan(5);
  });

  it("reaches nobody but those who are named within the allowed domains", () => {
    const to = (run: Recording) => [...new Set(run.mails.flatMap((mail) => mail.to))].sort();
    expect(to(hostile)).toEqual(to(usual));
  });

  it("starts no header, no markup and no link in a mail", () => {
    expect(messages().length).toBeGreaterThan(4);
    for (const { subject, text, html } of messages()) {
      expect(subject).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      expect(subject.length).toBeLessThanOrEqual(78);
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
      expect(text).not.toMatch(/^(?:Bcc|Subject):/im);
      expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
      expect(html).not.toMatch(/<(?:script|img|iframe|form|input|svg|link)\b/i);
      expect(html).not.toMatch(/<[^>]*\son\w+\s*=/i);
      for (const [, href = ""] of html.matchAll(/href="([^"]*)"/g)) {
        expect(href).toMatch(/^https:\/\/(?:portal\.azure\.com\/|wiki\.contoso\.com\/guardrail$)/);
      }
      expect(html.length + text.length).toBeLessThan(250_000);
    }
  });

  it("is bounded in each row that is kept", () => {
    for (const row of [...hostile.cases, ...hostile.ledger, ...hostile.notices]) {
      expect(longestText(row)).toBeLessThanOrEqual(4_000);
    }
  });

  it("is in no line of the log", () => {
    const lines = readFileSync(log, "utf8").split("\n");
    expect(lines.length).toBeGreaterThan(250);
    expect(lines.filter((line) => line.includes(mark)).slice(0, 3)).toEqual([]);
  });

  it("is in no output of a run", () => {
    const outputs = hostile.instances.flatMap(({ output }) => output ?? []);
    expect(outputs.length).toBeGreaterThan(5);
    expect(outputs.filter((output) => output.includes(mark))).toEqual([]);
  });
});

describe("names that Azure allows", () => {
  it("are looked up, written and told as all others", () => {
    const plain = (text: string) => text.toLowerCase().replaceAll(group.toLowerCase(), "rg-two");
    const writes = (run: Recording) =>
      run.writes.map(({ resource, operation }) => plain(`${operation} ${resource}`)).sort();
    expect(unhandledFailures(renamed)).toEqual([]);
    expect(writes(renamed)).toEqual(writes(usual));
    const told = (run: Recording) =>
      run.mails.map(({ to, subject }) => `${to}: ${subject.replace(ofCase, "")}`).sort();
    expect(told(renamed)).toEqual(told(usual));
    const verdicts = (run: Recording) =>
      run.cases
        .map(({ subject, parts }) => [plain(subject), ...parts.map(({ status }) => status)].join())
        .sort();
    expect(verdicts(renamed)).toEqual(verdicts(usual));
  });
});

/** Ids of cases follow from the id of the resource. */
const ofCase = / \(case \w+\)$/;

/** What the hostile example changed itself; our own tags among others are compared apart. */
const spoiltPath = /^(tags|displayName|properties\.(displayName|description|metadata|emails))/;

function longestText(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(longestText));
}
