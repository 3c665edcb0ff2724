import { type FaultScenario, faultScenarios, mixedScenarios } from "./fault-list.ts";
import { readProofOptions } from "./options.ts";
import { proveAsCommand } from "./prove.ts";
import { stormScenarios } from "./storm-list.ts";
import { matrix } from "./table.ts";

const mixes = 36;
const storms = 12;

await proveAsCommand<FaultScenario>(
  {
    scenarios: ({ operations }) => [
      ...faultScenarios(operations),
      ...stormScenarios(operations, storms),
      ...mixedScenarios(mixes),
    ],
    show: (tried) =>
      `Operations by faults; in each cell every time, then the first time: = as without the fault, e left or refused with a reason and a next look, F failed\n${matrix(
        tried,
        { row: ({ operation }) => operation, column: ({ fault }) => fault },
      )}`,
  },
  () => readProofOptions(process.argv.slice(2)),
);
