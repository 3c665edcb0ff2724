import type { Gateways } from "../../shared/azure/ports.ts";
import { type DecidedUnder, guarded } from "./guard.ts";
import type { InForceSource } from "./in-force.ts";

/** Azure actions: Microsoft.Resources/tags/read and /write. */
export const tagActivities = ({ tags }: Pick<Gateways, "tags">, source: InForceSource) => ({
  mergeTags: (input: {
    subject: string;
    tags: Readonly<Record<string, string>>;
    under: DecidedUnder;
  }) => guarded(source, input.under, () => tags.merge(input.subject, input.tags)),
});
