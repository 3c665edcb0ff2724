import { readFileSync } from "node:fs";
import { z } from "zod";
import type { RoleData } from "../azure/role.ts";

/** What a subscription can grant, each on top of the one before. */
export const levels = ["observe", "act", "extensions"] as const;

/** One of them. */
export type Level = (typeof levels)[number];

/** An action that a role grants, with its reason. */
export interface GrantedAction {
  readonly level: Level;
  readonly action: string;
  readonly why: string;
}

const RoleFile = z.strictObject({
  roleName: z.string().min(1),
  description: z.string().min(1),
  actions: z.array(
    z.strictObject({ action: z.string().regex(/^[\w.]+(\/\w+)+$/), why: z.string() }),
  ),
});

/** The actions of the role files that are deployed. */
export function readGrantedActions(): readonly GrantedAction[] {
  return levels.flatMap((level) => {
    const file = new URL(`../../infra/roles/${level}.json`, import.meta.url);
    const { actions } = RoleFile.parse(JSON.parse(readFileSync(file, "utf8")));
    return actions.map(({ action, why }) => ({ level, action, why }));
  });
}

/** What the identity holds on the hub's own mail service, through a built-in role. */
const onHub = [
  "Microsoft.Communication/CommunicationServices/*",
  "Microsoft.Communication/EmailServices/*",
];

/** These actions on everything watched, and those on the hub. */
export const roleOf = (granted: readonly Pick<GrantedAction, "action">[]): RoleData => ({
  actions: [...granted.map(({ action }) => action), ...onHub],
});
