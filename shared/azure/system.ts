import type { Stop } from "../domain/policy.ts";
import { createLimits } from "./limits.ts";
import { fromChunks, toChunks } from "./long-text.ts";
import { change, quoted } from "./rows.ts";
import type { SeenSubscription, SystemGateway } from "./table-ports.ts";
import type { Row, StoredRow, Table } from "./tables.ts";

const partitionKey = "system";
const minute = 60_000;

/** The system's own small facts, one row each. */
export function createSystemGateway(table: Table): SystemGateway {
  const textOf = async (rowKey: string): Promise<string | null> => {
    const row = await table.get(partitionKey, rowKey);
    return row ? String(row["at"]) : null;
  };
  const note = (rowKey: string, at: string) => table.put({ partitionKey, rowKey, at });

  return {
    lastSweep: () => textOf("lastSweep"),
    noteSweep: (at) => note("lastSweep", at),
    lastScan: () => textOf("lastScan"),
    noteScan: (at) => note("lastScan", at),
    ...stageFacts(table),
    ...feedFacts(table),
    ...subscriptionFacts(table),
    ...createLimits(table),

    async noteVerification(ok) {
      const keys = { partitionKey, rowKey: "verifications" };
      const row = await change(table, keys, (before) => {
        const failed = ok ? 0 : Number(before?.["failed"] ?? 0) + 1;
        return failed === Number(before?.["failed"] ?? 0) ? null : { ...keys, failed };
      });
      return Number(row?.["failed"] ?? 0);
    },
  };
}

function stageFacts(table: Table): Pick<SystemGateway, "stageSince" | "stop" | "setStop"> {
  return {
    async stageSince(stage, now) {
      const keys = { partitionKey, rowKey: "stage" };
      const row = await change(table, keys, (before) =>
        before?.["stage"] === stage ? null : { ...keys, stage, since: now },
      );
      return String(row?.["since"] ?? now);
    },

    async stop() {
      const row = await table.get(partitionKey, "stop");
      return row && readStop(row);
    },

    async setStop(stop) {
      if (stop) await table.put({ partitionKey, rowKey: "stop", ...stop });
      else await table.remove(partitionKey, "stop");
    },
  };
}

const readStop = (row: StoredRow): Stop => ({
  at: String(row["at"]),
  by: String(row["by"]),
  why: String(row["why"]),
});

function feedFacts(table: Table): Pick<SystemGateway, "feeds" | "noteFeed"> {
  const noted = new Map<string, number>();
  return {
    async feeds() {
      const rows = await table.query(startingWith("feed-"));
      return Object.fromEntries(
        rows.map((row) => [row.rowKey.slice("feed-".length), String(row["at"])]),
      );
    },

    /** One write a minute and process: a burst of events shall not queue at one row. */
    async noteFeed(feed, at) {
      const time = Date.parse(at);
      if (Math.abs(time - (noted.get(feed) ?? Number.NEGATIVE_INFINITY)) < minute) return;
      await table.put({ partitionKey, rowKey: `feed-${feed}`, at });
      noted.set(feed, time);
    },
  };
}

function subscriptionFacts(
  table: Table,
): Pick<SystemGateway, "subscriptions" | "noteSubscriptions"> {
  const subscriptions = async () =>
    (await table.query(startingWith("subscription-"))).map(readSubscription);
  return {
    subscriptions,

    async noteSubscriptions(seen, at, outside = []) {
      const known = new Map((await subscriptions()).map((each) => [each.id, each]));
      const inside = [...new Map(seen.map(({ id, name }) => [id.toLowerCase(), name]))].map(
        ([id, name]) => {
          const firstSeen = known.get(id)?.firstSeen ?? at;
          return subscriptionRow({ id, name, firstSeen, lastSeen: at, outOfScope: false });
        },
      );
      const left = new Set(outside.map((id) => id.toLowerCase()));
      const fresh = [...known.values()].filter((one) => left.has(one.id) && !one.outOfScope);
      const rows = [
        ...inside,
        ...fresh.map((one) => subscriptionRow({ ...one, outOfScope: true })),
      ];
      for (let start = 0; start < rows.length; start += 100) {
        const actions = rows
          .slice(start, start + 100)
          .map((row): ["upsert", typeof row, "Replace"] => ["upsert", row, "Replace"]);
        await table.transact(actions);
      }
    },
  };
}

const subscriptionRow = ({ id, name, ...facts }: SeenSubscription): Row => ({
  partitionKey,
  rowKey: `subscription-${id}`,
  ...toChunks(name),
  ...facts,
});

const readSubscription = (row: StoredRow): SeenSubscription => ({
  id: row.rowKey.slice("subscription-".length),
  name: String(fromChunks(row)),
  firstSeen: String(row["firstSeen"]),
  lastSeen: String(row["lastSeen"]),
  outOfScope: row["outOfScope"] === true,
});

/** Row keys that start with a prefix which ends in a hyphen: `.` follows `-` in the order of keys. */
const startingWith = (prefix: string): string =>
  `PartitionKey eq ${quoted(partitionKey)} and RowKey ge ${quoted(prefix)} and RowKey lt ${quoted(`${prefix.slice(0, -1)}.`)}`;
