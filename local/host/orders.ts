import type { HostKeys } from "./keys.ts";

/** What the process tells its parent, if it has one. */
export type HostMessage =
  | { readonly kind: "ready"; readonly url: string; readonly keys: HostKeys }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "stopped" };

/** What the parent of a process that runs one host after the other tells it. */
export type HostOrder =
  | {
      readonly kind: "start";
      /** As on the command line. */
      readonly args: readonly string[];
      /** The whole environment. */
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: "stop" };

/** The only argument of a process that runs one host after the other. */
export const keep = "--keep";
