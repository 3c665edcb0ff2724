"use strict";
// Laid before the app by the bench: counts what the host runs, and tells when it is asked.
const core = require("@azure/functions-core");

const runs = {};
const takes = {};
const periods = {};
const active = {};

/** What the platform scales together, and so what shares an instance. */
const groupOf = ({ functionName, options }) =>
  /^(orchestration|activity)Trigger$/.test(options.trigger.type) ? "durable" : functionName;

/** An instance is charged for the time in which it runs anything, however much at once. */
function enter(group, period) {
  periods[period] ??= 0;
  active[group] ??= { many: 0 };
  const now = active[group];
  if (now.many === 0) Object.assign(now, { period, since: performance.now() });
  now.many += 1;
}

function leave(group) {
  const now = active[group];
  now.many -= 1;
  if (now.many === 0) periods[now.period] += performance.now() - now.since;
}

core.registerHook("preInvocation", ({ hookData, inputs, invocationContext }) => {
  hookData.begin = performance.now();
  hookData.group = groupOf(invocationContext);
  // The host's clock: Azure's time.
  enter(hookData.group, `${Math.floor(Date.now() / 1000)} ${hookData.group}`);
  if (invocationContext.options.trigger.type !== "activityTrigger") return;
  const [given] = inputs;
  const input = typeof given === "string" ? JSON.parse(given) : given;
  // An activity can run several others, which a look's beginning is one of.
  const calls = input.calls ?? [{ name: invocationContext.functionName, input }];
  for (const call of calls.filter(({ name }) => name === "take")) {
    const { kind } = call.input;
    takes[kind] = (takes[kind] ?? 0) + 1;
  }
});
core.registerHook("postInvocation", ({ hookData, invocationContext }) => {
  const { functionName, options } = invocationContext;
  const name = `${options.trigger.type} ${functionName}`;
  const milliseconds = performance.now() - hookData.begin;
  const run = runs[name] ?? { count: 0, milliseconds: 0 };
  run.count += 1;
  run.milliseconds += milliseconds;
  runs[name] = run;
  leave(hookData.group);
});
process.on("message", (message) => {
  if (message !== "meter") return;
  const peakMB = process.resourceUsage().maxRSS / 1024;
  process.send({ kind: "meter", runs, takes, periods, peakMB });
});
require("./index.cjs");
