import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Stage, stages } from "../../shared/domain/policy.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What a local run is asked to do. */
export interface Options {
  readonly estate: string;
  readonly events: string | null;
  readonly policy: string;
  readonly scenario: string | null;
  readonly stage: Stage;
  readonly out: string;
  readonly record: string | null;
  readonly verbose: boolean;
  /** Where the HTTP API listens; null = where there is room. */
  readonly port: number | null;
}

/**
 * Reads the options of `npm run demo` and `npm start`; `usage.ts` tells them to people. Without `--estate` the shipped scenario runs;
 * with it, what lies beside the estate (`events/`, `guardrail.json`, `scenario.json`) is taken along.
 *
 * @throws Error that names the option and what to give instead.
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      estate: { type: "string" },
      events: { type: "string" },
      policy: { type: "string" },
      stage: { type: "string" },
      out: { type: "string" },
      record: { type: "string" },
      verbose: { type: "boolean" },
      port: { type: "string" },
    },
  });
  const shipped = resolve(root, "examples/shop");
  const estate = given("--estate", values.estate) ?? resolve(shipped, "estate");
  const beside = (name: string): string | null => {
    const path = resolve(dirname(estate), name);
    return existsSync(path) ? path : null;
  };
  return {
    estate,
    events: given("--events", values.events) ?? beside("events"),
    policy:
      given("--policy", values.policy) ??
      beside("guardrail.json") ??
      resolve(shipped, "guardrail.json"),
    scenario: beside("scenario.json"),
    stage: stageOf(values.stage ?? "fix-all"),
    out: resolve(values.out ?? "demo-out"),
    record: values.record === undefined ? null : resolve(values.record),
    verbose: values.verbose ?? false,
    port: values.port === undefined ? null : portOf(values.port),
  };
}

function given(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const path = resolve(value);
  if (!existsSync(path)) throw new Error(`${option}: ${path} does not exist`);
  return path;
}

function stageOf(value: string): Stage {
  const stage = stages.find((name) => name === value);
  if (stage) return stage;
  throw new Error(`--stage: "${value}" is none of ${stages.join(", ")}`);
}

function portOf(value: string): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`--port: "${value}" is no port; give a number from 1 to 65535`);
}
