import { expect, it, vi } from "vitest";
import { createCaseGateway } from "../../../shared/azure/cases.ts";
import { subscriptionSubject } from "../../../shared/domain/resource-id.ts";
import { createInMemoryTable } from "../../support/in-memory-table.ts";
import { aStoredCase } from "../../support/stored-values.ts";

const subscription = (index: number): string =>
  `${String(index).padStart(8, "0")}-aaaa-4000-8000-000000000001`;
const cluster = (index: number): string =>
  `/subscriptions/${subscription(index)}/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/c`;

it("finds the cases of a page of subjects with one query, whatever their subscriptions", async () => {
  const table = createInMemoryTable();
  const cases = createCaseGateway(table);
  const page = Array.from({ length: 40 }, (_, index) => cluster(index));
  for (const subject of [page[3], page[30], cluster(55)].map(String)) {
    await cases.put(aStoredCase(subject), null);
  }
  await cases.put(aStoredCase(subscriptionSubject(subscription(7))), null);
  const get = vi.spyOn(table, "get");
  const query = vi.spyOn(table, "query");
  const found = await cases.findMany(page.toReversed());
  expect(found.map(({ subject }) => subject).toSorted()).toEqual([page[3], page[30]]);
  expect(query).toHaveBeenCalledTimes(1);
  expect(get).not.toHaveBeenCalled();
});
