import { type FaultScenario, faultScenarios, mixedScenarios } from "./fault-list.ts";
import { readProofOptions } from "./options.ts";
import { proveAsCommand } from "./prove.ts";
import { matrix } from "./table.ts";

const mixes = 36;

await proveAsCommand<FaultScenario>(
  {
    scenarios: ({ operations }) => [...faultScenarios(operations), ...mixedScenarios(mixes)],
    show: (tried) =>
      `Operations by faults; in each cell every time, then the first time: = as without the fault, e left or refused with a reason and a next look, F failed\n${matrix(
        tried,
        { row: ({ operation }) => operation, column: ({ fault }) => fault },
      )}`,
  },
  () => readProofOptions(process.argv.slice(2)),
);
