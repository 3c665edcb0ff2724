import type { ExemptionGateway, SystemGateway } from "../../shared/azure/table-ports.ts";
import type { Exemption, GuardrailPolicy, InForce, Stage } from "../../shared/domain/policy.ts";

/** What rules right now: policy, exemptions of the file and of the API, stage, brakes. */
export interface InForceSource {
  /** At most 30 seconds old; enough to decide by. */
  recent(): Promise<InForce>;
  /** Read this moment; asked right before each write. */
  live(): Promise<InForce>;
}

/** What an in-force source is made of. */
export interface InForceParts {
  readonly stage: Stage;
  /** The policy of the file with these exemptions added, and the hash of both. */
  combine(extra: readonly Exemption[]): { readonly policy: GuardrailPolicy; readonly hash: string };
  now(): string;
}

const freshFor = 30_000;

/** Creates the source; the first read under a stage notes since when it holds. */
export function createInForceSource(
  gateways: { readonly exemptions: ExemptionGateway; readonly system: SystemGateway },
  parts: InForceParts,
): InForceSource {
  let last: { readonly at: number; readonly value: InForce } | null = null;
  let stageSince: string | null = null;

  async function live(): Promise<InForce> {
    const now = parts.now();
    stageSince ??= await gateways.system.stageSince(parts.stage, now);
    const [extra, stopped] = await Promise.all([
      gateways.exemptions.list(),
      gateways.system.stop(),
    ]);
    const value = { ...parts.combine(extra), stage: parts.stage, stageSince, stopped };
    last = { at: Date.parse(now), value };
    return value;
  }

  return {
    live,
    async recent() {
      const age = last ? Date.parse(parts.now()) - last.at : Number.POSITIVE_INFINITY;
      return last && age >= 0 && age < freshFor ? last.value : live();
    },
  };
}
