import { buildApp } from "../build.ts";
import { readExample } from "./example.ts";
import { record } from "./recording.ts";
import { startStorages } from "./storage.ts";
import { undisturbed } from "./world.ts";

await buildApp("/tmp/roles/app");
const storages = await startStorages(2);
const example = await readExample();
console.time("run");
const r = await record({ example, app: "/tmp/roles/app", storage: storages.next() }, undisturbed);
console.timeEnd("run");
for (const o of r.operations) console.log(o.count, o.method, o.template, o.act);
console.log(
  r.missteps,
  r.unhandled,
  r.instances.filter((i) => i.status === "Failed"),
);
for (const l of r.ledger) console.log(l.at, l.subject.slice(-40), l.act, l.kind, l.before, l.after);
await storages.stop();
