/**
 * What may be said of a fault in a log: its name, status and code. Messages of the SDKs can quote what was
 * sent, and what was sent is nobody's business there.
 */
export function nameOfFault(error: unknown): string {
  if (!(error instanceof Error)) return "fault";
  const { statusCode, status, code } = error as Error &
    Partial<Record<"statusCode" | "status" | "code", unknown>>;
  const details = [statusCode ?? status, code].filter(
    (part) => typeof part === "number" || (typeof part === "string" && /^[\w.-]{1,60}$/.test(part)),
  );
  return [/^[\w$]{1,60}$/.test(error.name) ? error.name : "Error", ...details].join(" ");
}
