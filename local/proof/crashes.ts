import { type CrashScenario, crashScenarios } from "./crash-list.ts";
import { readProofOptions } from "./options.ts";
import { proveAsCommand } from "./prove.ts";
import { matrix } from "./table.ts";

await proveAsCommand<CrashScenario>(
  {
    scenarios: ({ passes }) => crashScenarios(passes),
    show: (tried) =>
      `Functions by points; in each cell one sign for each time: = as without the kill, e left or refused with a reason and a next look, - did not come, F failed\n${matrix(
        tried,
        { row: ({ name }) => name, column: ({ point }) => point },
      )}`,
  },
  () => readProofOptions(process.argv.slice(2)),
);
