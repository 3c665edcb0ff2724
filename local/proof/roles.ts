import { wholeApp } from "./app.ts";
import { chosen, type ProofOptions, readProofOptions } from "./options.ts";
import { readRoleExample } from "./role-example.ts";
import { type GrantedAction, readGrantedActions } from "./role-levels.ts";
import {
  describe,
  isNeeded,
  type Need,
  needOf,
  type RoleGround,
  recordUnder,
} from "./role-need.ts";
import { needTable } from "./role-table.ts";
import { createStorages } from "./storage.ts";

/** Proves that the roles suffice and that each action is needed; true when both hold. */
async function proveRoles(options: ProofOptions): Promise<boolean> {
  if (options.break !== null) throw new Error("--break: leave it out; roles have nothing to break");
  const all = readGrantedActions();
  const wanted = chosen(
    all.map((granted) => ({ ...granted, id: granted.action })),
    options,
  );
  if (options.list) {
    for (const { action } of all) console.log(action);
    return true;
  }
  const app = await wholeApp();
  const storages = createStorages();
  try {
    const ground = { example: await readRoleExample(), app: app.folder, storages };
    return await tryRoles(ground, { all, wanted, options });
  } finally {
    await storages.stop();
    app.clean();
  }
}

interface Question {
  readonly all: readonly GrantedAction[];
  /** Those to take out. */
  readonly wanted: readonly GrantedAction[];
  readonly options: ProofOptions;
}

async function tryRoles(ground: RoleGround, { all, wanted, options }: Question): Promise<boolean> {
  const [free, whole] = await Promise.all([recordUnder(ground, null), recordUnder(ground, all)]);
  const lacking = [...new Set(whole.unauthorized), ...describe(free, whole)];
  console.log(
    lacking.length === 0
      ? "Under exactly these roles nothing is refused, and all comes out as with everything allowed."
      : `The roles do not suffice:\n${lacking.map((line) => `  ${line}`).join("\n")}`,
  );
  const tried = await sideBySide(options.width, wanted, (granted) =>
    needOf(ground, { granted, all, whole }),
  );
  const needed = tried.filter(isNeeded).length;
  console.log(`\n${needTable(tried, options.only !== null)}\n`);
  console.log(`${tried.length} actions, ${needed} needed`);
  return lacking.length === 0 && needed === tried.length;
}

/** A few at the same time; the answers in the order of the actions. */
async function sideBySide(
  width: number,
  actions: readonly GrantedAction[],
  attempt: (granted: GrantedAction) => Promise<Need>,
): Promise<readonly Need[]> {
  const needs = new Map<string, Need>();
  const queue = [...actions];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      needs.set(next.action, await attempt(next));
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return actions.flatMap(({ action }) => needs.get(action) ?? []);
}

try {
  process.exitCode = (await proveRoles(readProofOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
