"use strict";
// Loads an app as the Functions worker does and ends at a given point; nothing is loaded that the
// app does not load itself, so that the time of the process is the app's.
const Module = require("node:module");

const [entry, until] = process.argv.slice(2);
const functions = new Map();
const disposable = { dispose() {} };
const core = {
  version: "3.9.1",
  hostVersion: "4.1037.0.0",
  log() {},
  Disposable: class {},
  setProgrammingModel() {},
  getProgrammingModel() {},
  registerHook: () => disposable,
  registerFunction(metadata, callback) {
    functions.set(metadata.name, callback);
    return disposable;
  },
};
const required = Module.prototype.require;
Module.prototype.require = function load(id) {
  return id === "@azure/functions-core" ? core : required.call(this, id);
};
require(entry);

if (until === "mark") {
  let body = "";
  process.stdin.on("data", (chunk) => {
    body += chunk;
  });
  process.stdin.on("end", () => mark(JSON.parse(body)));
} else {
  const { user, system } = process.cpuUsage();
  require("node:fs").writeSync(1, `${functions.size} ${(user + system) / 1000}`);
  process.exit(0);
}

/** Calls the trigger with an event; the storage account that it marks in ends this process. */
function mark({ event, client }) {
  const log = () => undefined;
  const handler = functions.get("resourceChanges");
  const input = { type: "durableClient", name: "client" };
  handler(event, {
    options: { extraInputs: [input] },
    extraInputs: { get: () => client },
    ...{ log, warn: log, error: log, info: log, debug: log, trace: log },
  });
}
