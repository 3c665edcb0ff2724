import { canonical, isWithin } from "./resource-id.ts";

/** What a caller may do: actions as in a role definition (`*` stands for anything), at scopes. */
export interface RoleData {
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  /** Default: everywhere. */
  readonly scopes?: readonly string[];
}

/** Tells whether a role grants an action at a scope. No role = everything is granted. */
export type IsAllowed = (action: string, scope: string) => boolean;

/** Reads a role once, so that asking is cheap. */
export function createIsAllowed(role: RoleData | undefined): IsAllowed {
  if (!role) return () => true;
  const granted = role.actions.map(patternOf);
  const denied = (role.notActions ?? []).map(patternOf);
  const known = new Map<string, boolean>();

  const grants = (action: string): boolean => {
    const before = known.get(action);
    if (before !== undefined) return before;
    const matches = (pattern: RegExp): boolean => pattern.test(action);
    const answer = granted.some(matches) && !denied.some(matches);
    known.set(action, answer);
    return answer;
  };

  // What belongs to no scope (the tenant, the mail service) is granted by the action alone.
  const reaches = (scope: string): boolean =>
    !role.scopes || canonical(scope) === "" || role.scopes.some((outer) => isWithin(outer, scope));

  return (action, scope) => grants(action) && reaches(scope);
}

function patternOf(action: string): RegExp {
  const escaped = action.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${escaped}$`, "i");
}
