import type { RepositoryOwner } from "../domain/repository-owner.ts";

/** Whom a rule names for a repository, and in which words it did. */
export interface NamedOwners {
  readonly to: readonly string[];
  readonly why: string;
}

const loginServer = /\.azurecr\.[a-z.]+$/;

/**
 * The owners of a repository by the first rule that fits, or null when none does. Whether the
 * addresses may be mailed is not judged here.
 */
export function findRepositoryOwners(
  rules: readonly RepositoryOwner[],
  { registry, repository }: { readonly registry: string; readonly repository: string },
): NamedOwners | null {
  const name = registry.toLowerCase().replace(loginServer, "");
  const rule = rules.find(
    (one) =>
      fits(one.registry.toLowerCase().replace(loginServer, ""), name) &&
      fits(one.repository.toLowerCase(), repository.toLowerCase()),
  );
  if (!rule) return null;
  const where = rule.registry === "*" ? "" : ` in ${rule.registry}`;
  return { to: rule.to, why: `policy: repositories ${rule.repository}${where}` };
}

/** Whether a text fits a pattern in which `*` stands for any text; takes time linear in each part. */
function fits(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
