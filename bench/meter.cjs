"use strict";
// Laid before the app by the bench: counts what the host runs, and tells when it is asked.
const core = require("@azure/functions-core");

const runs = {};
core.registerHook("preInvocation", (hook) => {
  hook.hookData.begin = performance.now();
});
core.registerHook("postInvocation", ({ hookData, invocationContext }) => {
  const { functionName, options } = invocationContext;
  const name = `${options.trigger.type} ${functionName}`;
  const run = runs[name] ?? { count: 0, milliseconds: 0 };
  run.count += 1;
  run.milliseconds += performance.now() - hookData.begin;
  runs[name] = run;
});
process.on("message", (message) => {
  if (message !== "meter") return;
  const peakMB = process.resourceUsage().maxRSS / 1024;
  process.send({ kind: "meter", runs, peakMB });
});
require("./index.cjs");
