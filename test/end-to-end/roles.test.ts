import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultRule } from "../../local/azure/estate-entry.ts";
import { type ProofApp, wholeApp } from "../../local/proof/app.ts";
import { type Recording, record } from "../../local/proof/recording.ts";
import { readRoleExample } from "../../local/proof/role-example.ts";
import { readGrantedActions } from "../../local/proof/role-levels.ts";
import {
  describe as describeDifferences,
  isNeeded,
  type Need,
  needOf,
  type RoleGround,
  recordUnder,
} from "../../local/proof/role-need.ts";
import { createStorages } from "../../local/proof/storage.ts";
import { undisturbed } from "../../local/proof/world.ts";

/** One that is refused, one whose lack hides rows, one that only follows a write. */
const sample = [
  "Microsoft.Security/pricings/write",
  "Microsoft.Security/assessments/read",
  "Microsoft.ContainerService/locations/operations/read",
];

const all = readGrantedActions();
const folder = mkdtempSync(join(tmpdir(), "guardrail-roles-"));
const log = join(folder, "log.txt");
const storages = createStorages();
let app: ProofApp;
let free: Recording;
let whole: Recording;
let observing: Recording;
let faulty: Recording;
let needs: readonly Need[];

beforeAll(async () => {
  app = await wholeApp();
  const ground = { example: await readRoleExample(), app: app.folder, storages, log };
  const observe = all.filter(({ level }) => level === "observe");
  [free, whole] = await Promise.all([recordUnder(ground, null), recordUnder(ground, all)]);
  [observing, faulty] = await Promise.all([recordUnder(ground, observe), recordSpoilt(ground)]);
  const found: Need[] = [];
  const queue = all.filter(({ action }) => sample.includes(action));
  const work = async (): Promise<void> => {
    for (let granted = queue.shift(); granted; granted = queue.shift()) {
      found.push(await needOf(ground, { granted, all, whole }));
    }
  };
  await Promise.all([work(), work()]);
  needs = found;
}, 400_000);

afterAll(async () => {
  await storages.stop();
  app?.clean();
  rmSync(folder, { recursive: true, force: true });
});

const cluster =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}";

/** Answers that are none, so that the log holds what the app says of them. */
const spoilt: readonly FaultRule[] = [
  {
    match: { method: "POST", pathTemplate: "/emails:send" },
    fault: { kind: "html" },
    when: "first",
  },
  {
    match: { method: "POST", pathTemplate: "/providers/Microsoft.ResourceGraph/resources" },
    fault: { kind: "malformed-json" },
    when: "first",
  },
  {
    match: { method: "GET", pathTemplate: cluster },
    fault: { kind: "truncated-page" },
    when: "first",
  },
];

async function recordSpoilt({ storages: from, ...place }: RoleGround): Promise<Recording> {
  return record({ ...place, storage: await from.next() }, { ...undisturbed, azure: spoilt });
}

describe("the roles as they are deployed", () => {
  it("are enough: nothing is refused, and all comes out as with everything allowed", () => {
    expect(whole.unauthorized).toEqual([]);
    expect(describeDifferences(free, whole)).toEqual([]);
    expect(whole.writes.length).toBeGreaterThan(3);
  });

  it("hold no action that these three show to be idle", () => {
    expect(needs.map(({ granted }) => granted.action).sort()).toEqual([...sample].sort());
    expect(needs.filter((need) => !isNeeded(need))).toEqual([]);
    const refusedFor = (action: string) =>
      needs.find(({ granted }) => granted.action === action)?.refused;
    expect(refusedFor("Microsoft.Security/pricings/write")).toBeGreaterThan(0);
    expect(refusedFor("Microsoft.Security/assessments/read")).toBe(0);
  });
});

describe("with the level observe alone", () => {
  it("writes nothing, judges everything, and fails nowhere", () => {
    expect(observing.writes).toEqual([]);
    expect(observing.instances.filter(({ status }) => status === "Failed")).toEqual([]);
    const subjects = (run: Recording) => run.cases.map(({ subject }) => subject).sort();
    expect(subjects(observing)).toEqual(subjects(free));
    expect(observing.cases.flatMap(({ fault }) => fault ?? [])).toEqual([]);
    expect(observing.mails.length).toBeGreaterThan(1);
  });

  it("says in the cases which action it lacks for each act, and who can grant it", () => {
    const refusals = observing.cases.flatMap(({ refusals: open }) => open);
    const lacking = new Set(
      refusals.map(
        ({ act, message }) => `${act}: ${/perform action '([^']+)'/.exec(message)?.[1]}`,
      ),
    );
    expect(lacking).toEqual(
      new Set([
        "enable-addon: Microsoft.ContainerService/managedClusters/write",
        "write-tags: Microsoft.Resources/tags/write",
        "enable-plan:Containers: Microsoft.Security/pricings/write",
      ]),
    );
    const { roleName } = JSON.parse(readFileSync("infra/roles/act.json", "utf8"));
    for (const { fix } of refusals) expect(fix).toContain(`the role ${roleName} (level act)`);
  });

  it("says it in the mail of the owners and in the report to the operators", () => {
    const texts = observing.digests.map(({ owners, digest }) => ({
      owners,
      text: flat(digest.message.text),
    }));
    const report = texts.find(({ owners }) => owners === "operators")?.text;
    expect(report).toContain("0 changed");
    expect(report).toMatch(/clear \d+ refusals/);
    const owners = texts
      .filter((one) => one.owners !== "operators")
      .map(({ text }) => text)
      .join("\n");
    expect(owners).toContain("perform action 'Microsoft.ContainerService/managedClusters/write'");
    expect(owners).toContain("perform action 'Microsoft.Security/pricings/write'");
  });
});

describe("the log of these runs, at every level", () => {
  const lines = (): readonly string[] => readFileSync(log, "utf8").split("\n").filter(Boolean);

  it("is there, and tells of activities, of what could not be read, and of faults", () => {
    expect(lines().length).toBeGreaterThan(500);
    expect(lines().some((line) => /enableAddon [0-9A-Za-z_-]+: accepted/.test(line))).toBe(true);
    expect(lines().some((line) => /warning/.test(line))).toBe(true);
    expect(faulty.mails.length).toBeGreaterThan(1);
  });

  it.each([
    ["an address", /[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/i],
    ["a token", /\bBearer\b|\beyJ[\w-]{10,}/i],
    ["a key", /AccountKey|SharedAccessKey|SharedAccessSignature|[?&](code|sig)=/i],
    ["a page or a mail", /<(!doctype|html|body|p|td)\b/i],
  ])("holds no line with %s", (_, pattern) => {
    expect(
      lines()
        .filter((line) => pattern.test(line))
        .slice(0, 5),
    ).toEqual([]);
  });

  it("holds nothing of what an event, an estate or a mail says", () => {
    const said = [...new Set([...textsOfExample(), ...textsOfMails()])];
    expect(said.length).toBeGreaterThan(100);
    const all = lines().join("\n");
    expect(said.filter((text) => all.includes(text)).slice(0, 5)).toEqual([]);
  });
});

const flat = (text: string): string => text.replace(/\s+/g, " ");

/** Texts with a blank in them: names of types, ids and states may well be told. */
function textsOfExample(): readonly string[] {
  const files = globSync("examples/proof/{events,estate,roles}/*.json");
  return files.flatMap((file) => stringsIn(JSON.parse(readFileSync(file, "utf8"))));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return / /.test(value) && value.length > 8 ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

const textsOfMails = (): readonly string[] =>
  [free, observing, faulty].flatMap(({ digests }) =>
    digests.flatMap(({ digest }) =>
      digest.message.text.split("\n").filter((line) => line.length > 20),
    ),
  );
