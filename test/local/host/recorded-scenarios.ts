import type { Answer, Status, TargetHost } from "./target-host.ts";

/** One instance on the real host: how it was started and what became of it. */
export interface Scenario {
  readonly id: string;
  readonly start: { readonly request: { readonly url: string; readonly body: string } };
  readonly history: Status;
}

/** What makes an answer comparable: times, execution ids and .NET's part of an error text differ. */
function comparable(value: unknown): unknown {
  if (typeof value === "string") {
    return value
      .replace(/ \n .*$/s, "")
      .replace(/[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}/g, "<guid>")
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g, "<time>");
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !["Details", "Timestamp"].includes(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}

/** Events without their order, which is chance where activities run side by side. */
export function events({ historyEvents = [] }: Status): string[] {
  return historyEvents
    .map((event) => JSON.stringify(Object.entries(comparable(event) as object).sort()))
    .sort();
}

/** What became of an instance. */
export function outcome({ name, runtimeStatus, input, output, customStatus }: Status): unknown {
  return comparable({ name, runtimeStatus, input, output, customStatus });
}

/** Starts a scenario on the host under test. */
export async function begin(host: TargetHost, scenario: Scenario): Promise<Answer> {
  const { url, body } = scenario.start.request;
  return host.call("POST", url, { body: JSON.parse(body) });
}
