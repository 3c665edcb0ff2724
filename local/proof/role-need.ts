import type { Example } from "./example.ts";
import type { Flat } from "./flat.ts";
import { type Recording, record } from "./recording.ts";
import { differingFacts, factsOf } from "./role-facts.ts";
import { type GrantedAction, roleOf } from "./role-levels.ts";
import type { Storages } from "./storage.ts";
import { undisturbed } from "./world.ts";

/** What came of taking an action out of the roles. */
export interface Need {
  readonly granted: GrantedAction;
  /** How many requests were refused. */
  readonly refused: number;
  /** Facts that are otherwise than with the action, each with both values. */
  readonly otherwise: readonly string[];
}

/** Where roles are tried. */
export interface RoleGround {
  readonly example: Example;
  /** Folder of the app. */
  readonly app: string;
  readonly storages: Storages;
  /** File that takes all that the hosts print; absent = nothing is kept. */
  readonly log?: string;
}

/** Runs the example with these actions and no others; null = with everything allowed. */
export async function recordUnder(
  { storages, ...place }: RoleGround,
  granted: readonly Pick<GrantedAction, "action">[] | null,
): Promise<Recording> {
  const trial = granted === null ? undisturbed : { ...undisturbed, role: roleOf(granted) };
  return record({ ...place, storage: await storages.next() }, trial);
}

/** Runs the example with all actions but one, and says what that changed. */
export async function needOf(
  ground: RoleGround,
  {
    granted,
    all,
    whole,
  }: {
    readonly granted: GrantedAction;
    readonly all: readonly GrantedAction[];
    /** The run with all actions. */
    readonly whole: Recording;
  },
): Promise<Need> {
  const rest = all.filter(({ action }) => action !== granted.action);
  const run = await recordUnder(ground, rest);
  return { granted, refused: run.unauthorized.length, otherwise: describe(whole, run) };
}

/** Nothing shows that the action is needed unless something is refused, unread or different. */
export const isNeeded = ({ refused, otherwise }: Need): boolean =>
  refused > 0 || otherwise.length > 0;

/** The facts in which two runs differ, each in a line. */
export function describe(one: Recording, other: Recording): readonly string[] {
  const [before, after] = [factsOf(one), factsOf(other)];
  const shown = (facts: Flat, path: string): string => (facts[path] ?? "nothing").slice(0, 80);
  return differingFacts(one, other).map(
    (path) => `${path}: ${shown(after, path)}, not ${shown(before, path)}`,
  );
}
