// An app for the host's own tests: each function writes what it did to the file PROBE_FILE, one JSON a line.
const { app } = require("@azure/functions");
const df = require("durable-functions");
const fs = require("node:fs");

const note = (what) => fs.appendFileSync(process.env.PROBE_FILE, `${JSON.stringify(what)}\n`);

df.app.activity("effect", {
  handler: async ({ id, step }) => {
    note({ id, step, at: new Date().toISOString() });
    return step;
  },
});

df.app.orchestration("journey", function* (context) {
  const id = context.df.instanceId;
  const { round, done } = context.df.getInput();
  const step = (name) => context.df.callActivity("effect", { id, step: `${round}.${name}` });
  const first = yield step("first");
  const both = yield context.df.Task.all([step("left"), step("right")]);
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 20));
  const child = yield context.df.callSubOrchestrator("leg", { round }, `${id}-leg`);
  const all = [...done, first, ...both, child];
  if (round < 2) {
    context.df.continueAsNew({ round: round + 1, done: all });
    return;
  }
  return all;
});
df.app.orchestration("leg", function* (context) {
  const { round } = context.df.getInput();
  return yield context.df.callActivity("effect", {
    id: context.df.instanceId,
    step: `${round}.leg`,
  });
});
df.app.orchestration("patient", function* (context) {
  const retry = new df.RetryOptions(60000, 3);
  return yield context.df.callActivityWithRetry("effect", retry, {
    id: context.df.instanceId,
    step: "once",
  });
});
df.app.orchestration("sleeper", function* (context) {
  yield context.df.createTimer(
    new Date(context.df.currentUtcDateTime.getTime() + context.df.getInput().ms),
  );
  return new Date(context.df.currentUtcDateTime).toISOString();
});

df.app.orchestration("rounds", function* (context) {
  const { left } = context.df.getInput();
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
  if (left === 0) return "home";
  context.df.continueAsNew({ left: left - 1 });
});
df.app.orchestration("family", function* (context) {
  const input = context.df.getInput();
  try {
    return yield context.df.callSubOrchestrator("rounds", input, `${context.df.instanceId}-child`);
  } catch (error) {
    return `child ended: ${error.message.trim()}`;
  }
});
df.app.orchestration("impatient", function* (context) {
  const deadline = context.df.createTimer(
    new Date(context.df.currentUtcDateTime.getTime() + 3600_000),
  );
  const work = context.df.callActivity("effect", { id: context.df.instanceId, step: "work" });
  const winner = yield context.df.Task.any([work, deadline]);
  if (winner === work) deadline.cancel();
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 7200_000));
  return winner === work ? "work" : "deadline";
});

app.timer("everyMinute", {
  schedule: "0 * * * * *",
  handler: async (timer) => note({ timer: new Date().toISOString(), ...timer }),
});
const batch = (fn) => async (bodies, context) => {
  const { sequenceNumberArray: numbers, propertiesArray: properties } = context.triggerMetadata;
  const attempt = context.retryContext?.retryCount ?? null;
  note({ fn, bodies, numbers, properties, attempt, at: new Date().toISOString() });
  if (fs.existsSync(`${process.env.PROBE_FILE}.fail`)) throw new Error("The hub function fails.");
};
const hub = { connection: "HUB", eventHubName: "alerts", cardinality: "many" };
app.eventHub("patientHub", {
  ...hub,
  retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } },
  handler: batch("patientHub"),
});
app.eventHub("hastyHub", { ...hub, handler: batch("hastyHub") });

app.http("now", {
  authLevel: "anonymous",
  handler: async () => ({
    jsonBody: {
      date: new Date(),
      now: Date.now(),
      text: Date(),
      given: new Date(0),
      parsed: Date.parse("2026-01-01T00:00:00Z"),
      isDate: new Date() instanceof Date,
      name: process.env.PROBE_NAME,
    },
  }),
});
