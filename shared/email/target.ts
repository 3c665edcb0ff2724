import type { Case } from "../domain/case.ts";
import { line } from "./plain.ts";

/** What commands about a resource name; real names stay as they are. */
export interface Target {
  readonly resourceId: string;
  readonly name: string;
  /** Empty for a subscription. */
  readonly resourceGroup: string;
  readonly subscriptionId: string;
}

/** The names of a case for commands: no longer than Azure's own may be, and no web addresses. */
export const targetOf = ({ resourceId, name, subscriptionId, facts }: Case): Target => ({
  resourceId: line(resourceId, 1_000),
  name: line(name, 260),
  resourceGroup: line(facts.resourceGroup ?? "", 90),
  subscriptionId: line(subscriptionId, 64),
});
