import { expect, it, vi } from "vitest";
import { createSystemGateway } from "../../../shared/azure/system.ts";
import { createInMemoryTable } from "../../support/in-memory-table.ts";

it("a burst of events notes its feed once a minute", async () => {
  const table = createInMemoryTable();
  const writes = vi.spyOn(table, "put");
  const system = createSystemGateway(table);
  for (let second = 0; second < 60; second += 1) {
    const at = `2026-11-23T08:00:${String(second).padStart(2, "0")}.000Z`;
    await system.noteFeed("resourceChanges", at);
  }
  expect(writes).toHaveBeenCalledTimes(1);
  await system.noteFeed("policyStates", "2026-11-23T08:00:59.000Z");
  await system.noteFeed("resourceChanges", "2026-11-23T08:01:00.000Z");
  expect(writes).toHaveBeenCalledTimes(3);
  expect(await system.feeds()).toEqual({
    policyStates: "2026-11-23T08:00:59.000Z",
    resourceChanges: "2026-11-23T08:01:00.000Z",
  });
});
