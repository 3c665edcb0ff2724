import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mistake } from "../shared/domain/mistake.ts";
import type { GuardrailPolicy } from "../shared/domain/policy.ts";
import { mailMistakes, readPolicy } from "../shared/policy.ts";
import { readSettings, type Settings } from "../shared/settings.ts";

/** What the app runs on, or everything that keeps it from running. */
export type StartUp =
  | { readonly kind: "ok"; readonly settings: Settings; readonly policy: GuardrailPolicy }
  | { readonly kind: "invalid"; readonly mistakes: readonly Mistake[] };

/** From where the app is started. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the entry, where guardrail.json lies unless a setting says otherwise. */
  readonly folder: string;
  /** ISO time. */
  readonly now: string;
}

/** Reads settings and policy; every mistake of both is named, none is thrown. */
export function readStartUp({ environment, folder, now }: Surroundings): StartUp {
  const settings = readSettings(environment);
  const given = settings.kind === "ok" ? settings.settings.policyFile : null;
  const policy = readPolicyFile(given ?? join(folder, "guardrail.json"), now);
  if (settings.kind === "invalid" || policy.kind === "invalid") {
    const mistakes = [settings, policy].flatMap((reading) =>
      reading.kind === "invalid" ? reading.mistakes : [],
    );
    return { kind: "invalid", mistakes };
  }
  const whole = withSettings(policy.policy, settings.settings);
  const missing = mailMistakes(whole, settings.settings.stage);
  return missing.length > 0
    ? { kind: "invalid", mistakes: missing }
    : { kind: "ok", settings: settings.settings, policy: whole };
}

function readPolicyFile(file: string, now: string): ReturnType<typeof readPolicy> {
  try {
    return readPolicy(readFileSync(file, "utf8"), now);
  } catch {
    const message = `${file} cannot be read: put the policy there, or name it in GUARDRAIL_POLICY`;
    return { kind: "invalid", mistakes: [{ path: "guardrail.json", message }] };
  }
}

/** A deployment knows its sender and operators; the policy's own words outrank them. */
function withSettings(policy: GuardrailPolicy, { mail }: Settings): GuardrailPolicy {
  const operators = policy.mail.operators.length > 0 ? policy.mail.operators : mail.operators;
  return { ...policy, mail: { ...policy.mail, from: policy.mail.from ?? mail.from, operators } };
}
