import { isRestError } from "@azure/core-rest-pipeline";
import type { TableClient, TableEntity, TransactionAction } from "@azure/data-tables";
import type { Page } from "../domain/page.ts";

/** A row: its keys, columns to filter by, and chunks of JSON. */
export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: unknown;
}

/** A row as it was read. */
export type StoredRow = Row & { readonly etag: string };

/** What became of a guarded write. */
export type Guarded = "written" | "changed" | "absent";

/** One table, which comes into being when it is first used. */
export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | null>;
  /** Replaces whatever is there. */
  put(row: Row): Promise<void>;
  /** False when the row is already there. */
  insert(row: Row): Promise<boolean>;
  replace(row: Row, etag: string): Promise<Guarded>;
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<Guarded>;
  /** All rows that match an OData filter. */
  query(filter?: string, columns?: readonly string[]): Promise<readonly StoredRow[]>;
  page(filter: string, next: string | null): Promise<Page<StoredRow>>;
  /** Writes all or none; rows of one partition, at most 100. */
  transact(actions: readonly TransactionAction[]): Promise<Guarded>;
}

/** Puts our few verbs on the SDK's client, which is built when it is first used. */
export function createTable(clientOf: () => TableClient): Table {
  const use = <T>(act: (client: TableClient) => Promise<T>): Promise<T> =>
    creating(clientOf(), act);
  return {
    get: (partitionKey, rowKey) =>
      use((client) => client.getEntity(partitionKey, rowKey)).then(stored, absentAsNull),
    put: (row) => use((client) => client.upsertEntity(entity(row), "Replace")).then(nothing),
    insert: (row) =>
      use((client) => client.createEntity(entity(row))).then(
        () => true,
        (error) => {
          if (statusOf(error) === 409) return false;
          throw error;
        },
      ),
    replace: (row, etag) =>
      use((client) => client.updateEntity(entity(row), "Replace", { etag })).then(written, guarded),
    remove: (partitionKey, rowKey, etag = "*") =>
      use((client) => client.deleteEntity(partitionKey, rowKey, { etag })).then(written, guarded),
    query: (filter, columns) =>
      use(async (client) => {
        const rows: StoredRow[] = [];
        const queryOptions = queryOf(filter, columns);
        for await (const found of client.listEntities({ queryOptions })) rows.push(stored(found));
        return rows;
      }),
    page: (filter, next) => use((client) => readPage(client, filter, next)),
    transact: (actions) =>
      use((client) => client.submitTransaction([...actions])).then(written, guarded),
  };
}

async function readPage(
  client: TableClient,
  filter: string,
  next: string | null,
): Promise<Page<StoredRow>> {
  const pages = client
    .listEntities({ queryOptions: queryOf(filter) })
    .byPage({ maxPageSize: 200, ...(next === null ? {} : { continuationToken: next }) });
  for await (const page of pages) {
    return { rows: page.map(stored), next: page.continuationToken ?? null };
  }
  return { rows: [], next: null };
}

async function creating<T>(
  client: TableClient,
  act: (client: TableClient) => Promise<T>,
): Promise<T> {
  try {
    return await act(client);
  } catch (error) {
    if (!isTableMissing(error)) throw error;
    await client.createTable();
    return await act(client);
  }
}

function queryOf(filter?: string, columns?: readonly string[]) {
  return {
    ...(filter ? { filter } : {}),
    ...(columns ? { select: ["PartitionKey", "RowKey", ...columns] } : {}),
  };
}

const entity = (row: Row): TableEntity => {
  const { etag: _, ...columns } = row;
  return { ...columns, partitionKey: row.partitionKey, rowKey: row.rowKey };
};

/** The server's own timestamp is dropped: it follows another clock than ours. */
function stored(found: object): StoredRow {
  const { timestamp: _, etag, partitionKey, rowKey, ...columns } = found as Record<string, unknown>;
  return {
    ...columns,
    partitionKey: String(partitionKey),
    rowKey: String(rowKey),
    etag: String(etag),
  };
}

const nothing = (): void => undefined;
const written = (): Guarded => "written";

function guarded(error: unknown): Guarded {
  const status = statusOf(error);
  if (status === 404) return "absent";
  if (status === 409 || status === 412) return "changed";
  throw error;
}

function absentAsNull(error: unknown): null {
  if (statusOf(error) === 404) return null;
  throw error;
}

const statusOf = (error: unknown): number | undefined =>
  isRestError(error) ? error.statusCode : undefined;

const isTableMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && JSON.stringify(detailsOf(error)).includes("TableNotFound");

function detailsOf(error: unknown): unknown {
  if (!isRestError(error)) return null;
  return [error.code, error.message, error.details ?? null, error.response?.bodyAsText ?? null];
}
