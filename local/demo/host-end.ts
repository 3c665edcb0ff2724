import type { RunningHost } from "../host/harness.ts";

/**
 * Waits for what only a living host brings about.
 *
 * @throws Error when the host ends before; it names the file with its last words, if there is one.
 */
export function withHost<T>(
  { exited }: Pick<RunningHost, "exited">,
  work: Promise<T>,
  log: string | null,
): Promise<T> {
  const end = exited.then((code): never => {
    throw new Error(
      `The host ended with code ${code}${log ? `; its last words are in ${log}` : ""}`,
    );
  });
  return Promise.race([work, end]);
}
