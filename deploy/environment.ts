import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";

/** Names and values, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const Settings = z.object({ defaultEnvironment: z.string().optional() });

const Answers = z.object({
  infra: z
    .object({
      parameters: z.object({
        operatorsAddress: z.string().optional(),
        watchedScope: z.string().optional(),
      }),
    })
    .optional(),
});

/**
 * What azd knows of the deployment: what was set with `azd env set`, and what was answered when it
 * asked for a parameter, which it keeps apart. A hook gets the first from azd; by hand both are read
 * from the folder that azd keeps them in, for the environment that is selected.
 *
 * @throws Error that names a file of azd that does not parse.
 */
export function readEnvironment(process: Environment, root: string): Environment {
  const folder = join(root, ".azure");
  const name =
    process["AZURE_ENV_NAME"] ??
    readJson(join(folder, "config.json"), Settings)?.defaultEnvironment;
  if (!name) return process;
  const set = join(folder, name, ".env");
  const answered = readJson(join(folder, name, "config.json"), Answers)?.infra?.parameters;
  return {
    GUARDRAIL_OPERATORS: answered?.operatorsAddress,
    GUARDRAIL_SCOPE: answered?.watchedScope,
    ...process,
    ...(existsSync(set) ? parseEnv(readFileSync(set, "utf8")) : {}),
    AZURE_ENV_NAME: name,
  };
}

function readJson<T>(path: string, shape: z.ZodType<T>): T | null {
  if (!existsSync(path)) return null;
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new Error(`${path}: azd's file does not parse; select or make an environment anew`);
  }
}
