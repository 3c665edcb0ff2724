import { beforeAll, describe, expect, it } from "vitest";
import { type InProcessApp, loadRecordedApp } from "./in-process-app.ts";
import { readRecording, recordingNames } from "./recordings.ts";

interface Step {
  readonly function: string;
  readonly request: object;
  readonly response?: unknown;
  readonly failure?: string;
}

/** Answered by an orchestration that was not made with durable-functions. */
const notOurs = new Set(["r1-bare"]);

describe("durable-functions in the host", () => {
  let recorded: InProcessApp;
  beforeAll(async () => {
    // The app builds an address from it when it is set, as vite does.
    delete process.env["BASE_URL"];
    recorded = await loadRecordedApp(() => "{}");
  });

  const answer = async ({ function: name, request }: Step): Promise<unknown> => {
    const trigger = { string: JSON.stringify(request) };
    try {
      const fn = recorded.fn(name).registered;
      const value = await recorded.invoke({ fn, trigger, triggerMetadata: {} });
      return { response: JSON.parse(value?.json ?? "null") };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  };

  it("loads every function of the app", () => {
    expect(recorded.app.functions.length).toBe(127);
  });

  it.each(recordingNames("trig").filter((name) => !notOurs.has(name)))(
    "answers each turn of %s as under the real host",
    async (name) => {
      for (const step of readRecording<Step[]>(`trig/${name}.json`)) {
        const { response, failure } = step;
        const expected = failure === undefined ? { response } : { failure };
        expect(await answer(step)).toEqual(expected);
      }
    },
  );
});
