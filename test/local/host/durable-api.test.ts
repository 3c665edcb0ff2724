import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectLike, type RecordedCall, repeat, shape } from "./recorded-calls.ts";
import { readRecording } from "./recordings.ts";
import {
  type Answer,
  durable,
  hasEnded,
  type Status,
  startTarget,
  type TargetHost,
} from "./target-host.ts";

const calls = readRecording<Record<string, RecordedCall>>("http/durable-api.json");

/** What this host answers 501: it is not built, or the case begins with it. */
const notBuilt =
  /^(raise|suspend|resume|rewind|restart|ent)\.|^lib\.(by|byNoFrom|raise|suspend|rewind|entity)|\.susp$|^status\.after|actfailRewound|^dup\.lib\.susp|^purge\.running/;
/** Refused on purpose: unknown names, odd or long ids, purges without a terminal status. */
const refused =
  /^start\.(unknownFn|activityName|atId|badId|longId)|^lib\.start\.unknown|^purge\.filter(None|Running)/;
/** Lists of what else is there: only the first page's form is compared. */
const lists = /^list\./;

const names = Object.keys(calls).filter((name) => calls[name]?.request && !notBuilt.test(name));
const compared = names.filter((name) => !refused.test(name));

describe("the durable HTTP API", () => {
  let host: TargetHost;
  const answers = new Map<string, Answer>();

  const startFirst = async (): Promise<void> => {
    const input = { A: 1, when: "2026-01-02T03:04:05.678Z" };
    const kinds = {
      run: "oWait",
      comp: "oNoop",
      fail: "oThrow",
      term: "oWait",
      actfail: "oActFail",
    };
    for (const [id, name] of Object.entries(kinds)) {
      await host.call("POST", `/api/start/${name}`, { body: { id: `h3a-${id}`, input } });
    }
    const versioned = { body: { id: "h3a-pend", version: "7.7" } };
    await host.call("POST", "/api/start/oVersion", versioned);
    for (const id of ["comp", "fail", "actfail"]) await host.until(`h3a-${id}`, hasEnded);
    const running = ({ runtimeStatus }: Status) => runtimeStatus === "Running";
    for (const id of ["run", "term"]) await host.until(`h3a-${id}`, running);
  };

  const before: Record<string, () => Promise<unknown>> = {
    "auth.master": () => host.until("h3a-a", hasEnded),
    "res.startEmpty": () => host.until("h3a-empty", hasEnded),
    "res.startJsonString": () => host.until("h3a-js", hasEnded),
    "res.case": () => host.until("h3a-case", hasEnded),
    "terminate.running": startFirst,
    "status.run": () => host.until("h3a-term", hasEnded),
    "dup.after.comp": () => host.until("h3a-comp", hasEnded),
    "dup.after.term": () => host.until("h3a-term", hasEnded),
  };

  const withToken = (name: string, call: RecordedCall): RecordedCall => {
    if (name !== "list.top2.next") return call;
    const token = answers.get("list.top2")?.headers["x-ms-continuation-token"] ?? "";
    return { ...call, request: { ...call.request, headers: { "x-ms-continuation-token": token } } };
  };

  beforeAll(async () => {
    host = await startTarget();
    for (const name of names) {
      const call = calls[name];
      if (!call) continue;
      await before[name]?.();
      answers.set(name, await repeat(host, withToken(name, call)));
    }
  });
  afterAll(() => host.stop());

  const answer = (name: string): Answer => {
    const found = answers.get(name);
    if (!found) throw new Error(`${name} was not asked.`);
    return found;
  };

  it("hands the library a client that looks like the real host's", () => {
    const client = ({ body }: Answer) => (body as { ok: { clientData: object } }).ok.clientData;
    const recorded = calls["lib.client"];
    if (!recorded) throw new Error("The call is recorded.");
    expect(shape(client(answer("lib.client")))).toEqual(shape(client(recorded)));
  });

  it.each(compared.filter((name) => !lists.test(name) && name !== "lib.client"))(
    "answers %s as the real host",
    (name) => {
      const recorded = calls[name];
      if (!recorded) throw new Error("The call is recorded.");
      expectLike(answer(name), recorded, host);
    },
  );

  it.each(["dup.http.run", "dup.lib.run", "dup.lib.pend", "purge.pending", "purge.filterNoFrom"])(
    "says %s in the words of the real host",
    (name) => expect(answer(name).body).toEqual(calls[name]?.body),
  );

  it.each(names.filter((name) => lists.test(name)))("lists as the real host: %s", (name) => {
    const [mine, theirs] = [answer(name).body as Status[], calls[name]?.body as Status[]];
    expect(answer(name).status).toBe(calls[name]?.status);
    const top = /top=(\d+)/.exec(calls[name]?.request.url ?? "")?.[1];
    if (top && theirs.length > 0) expect(mine.length).toBe(Number(top));
    if (theirs.length === 0) expect(mine).toEqual([]);
    const fields = (row: Status | undefined) => row && Object.keys(row).sort();
    expect(fields(mine[0])).toEqual(fields(theirs[0]));
  });

  it("pages through the instances in the order of their ids", () => {
    const ids = (name: string) =>
      (answer(name).body as { instanceId: string }[]).map((row) => row.instanceId);
    const paged = [...ids("list.top2"), ...ids("list.top2.next")];
    expect(paged).toEqual(ids("list.all").slice(0, 4));
    expect(ids("list.prefix").every((id) => id.startsWith("h3a-"))).toBe(true);
  });

  it("filters by status where it knows the status", () => {
    const states = (name: string) =>
      new Set((answer(name).body as Status[]).map(({ runtimeStatus }) => runtimeStatus));
    expect(states("list.status")).toEqual(new Set(["Failed"]));
    expect(states("list.statusLower").size).toBeGreaterThan(1);
  });

  it.each(names.filter((name) => refused.test(name)))("refuses %s on purpose", (name) => {
    expect(answer(name).status).toBe(name.startsWith("lib.") ? 599 : 400);
  });

  it.each(["raiseEvent/E", "suspend", "resume", "rewind", "restart"])(
    "answers 501 to %s",
    async (action) => {
      const path = `${durable}/instances/h3a-run/${action}?code=${host.keys.durable}`;
      const { status, body } = await host.call("POST", path, { body: {} });
      expect(status).toBe(501);
      expect(body).toEqual({ Message: expect.stringContaining("does not support") });
    },
  );

  it("answers 501 to entities", async () => {
    const path = `${durable}/entities/counter/k1?code=${host.keys.durable}`;
    expect((await host.call("GET", path)).status).toBe(501);
  });
});

interface Purge {
  readonly query: string;
  readonly body: { readonly instancesDeleted: number };
  readonly removed: readonly string[];
}
const purges = Object.entries(
  readRecording<Record<string, Purge>>("http/purge-and-ids.json"),
).filter(
  ([name, { query }]) => name.startsWith("purgeFilter.") && /(Completed|Failed)/.test(query),
);

const everyEnd = "runtimeStatus=Completed,Failed,Terminated";

describe("a purge by filter", () => {
  let host: TargetHost;
  const purge = (query: string) => {
    const from = "createdTimeFrom=2020-01-01T00:00:00Z";
    return host.call("DELETE", `${durable}/instances?${from}&${query}&code=${host.keys.durable}`);
  };
  beforeAll(async () => {
    host = await startTarget();
    await purge(everyEnd);
  });
  afterAll(() => host.stop());

  it.each(purges)(
    "removes what the real host removes: %s",
    async (name, { query, body, removed }) => {
      const prefix = name.replace("purgeFilter.", "p");
      const kinds = { comp: "oNoop", fail: "oThrow", run: "oWait", term: "oWait" };
      for (const [id, fn] of Object.entries(kinds)) {
        await host.call("POST", `/api/start/${fn}`, { body: { id: `${prefix}-${id}`, input: {} } });
      }
      await host.until(`${prefix}-comp`, hasEnded);
      await host.until(`${prefix}-fail`, hasEnded);
      const terminate = `${durable}/instances/${prefix}-term/terminate?reason=x`;
      await host.call("POST", `${terminate}&code=${host.keys.durable}`);
      await host.until(`${prefix}-term`, hasEnded);

      const answer = await purge(query);
      expect(answer.body).toEqual(body);
      const gone = removed.map((text) => text.split(":")[0] ?? "");
      for (const id of Object.keys(kinds).map((kind) => `${prefix}-${kind}`)) {
        expect((await host.status(id)).status === 404).toBe(gone.includes(id));
      }
      expect((await purge(everyEnd)).status).toBe(200);
    },
  );

  it.each(["", "runtimeStatus=Running", "runtimeStatus=completed", "runtimeStatus=Pending"])(
    "is refused without a terminal status: %s",
    async (query) => expect((await purge(query)).status).toBe(400),
  );
});
