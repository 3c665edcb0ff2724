import type { HostConfig } from "./host-json.ts";

type Versioning = Pick<
  HostConfig["extensions"]["durableTask"],
  "defaultVersion" | "versionMatchStrategy" | "versionFailureStrategy"
>;

/** What to do with a message to an instance of some version. */
export type VersionVerdict = "run" | "fail" | "wait";

/** Output of an instance that a version check ended. */
export const versionMismatch = {
  output: "VersionMismatch: Orchestration version did not comply with Worker Versioning",
  details: {
    ErrorType: "VersionMismatch",
    ErrorMessage: "Orchestration version did not comply with Worker Versioning",
    StackTrace: null,
    InnerFailure: null,
    IsNonRetriable: true,
    Properties: null,
  },
} as const;

/** Judges an instance's version by host.json; checked at every message, as the Durable extension does. */
export function judgeVersion(version: string | null, versioning: Versioning): VersionVerdict {
  const { versionMatchStrategy: strategy, versionFailureStrategy } = versioning;
  const order = compareVersions(version ?? "", versioning.defaultVersion ?? "");
  const fits = strategy === "None" || (strategy === "Strict" ? order === 0 : order <= 0);
  if (fits) return "run";
  return versionFailureStrategy === "Fail" ? "fail" : "wait";
}

/** Numeric where both are dotted numbers, else by text without case; nothing comes before something. */
function compareVersions(a: string, b: string): number {
  if (a === "" || b === "") return Number(a !== "") - Number(b !== "");
  const dotted = /^\d+(\.\d+){1,3}$/;
  if (!dotted.test(a) || !dotted.test(b)) {
    const [x, y] = [a.toUpperCase(), b.toUpperCase()];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let i = 0; i < 4; i++) {
    const difference = (x[i] ?? -1) - (y[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
