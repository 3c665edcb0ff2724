import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { watchWrites } from "../../../local/host/writes.ts";

it("tells of each answered write who made it, before the maker learns of the answer", async () => {
  const server = createServer((asked, answer) => asked.resume().on("end", () => answer.end("ok")));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const told: string[] = [];
  const send = (method: string, as: string): Promise<void> =>
    new Promise((done, failed) => {
      const options = { port, host: "127.0.0.1", method, agent };
      const sent = request(options, (answer) => {
        told.push(`${as} ${method} answered`);
        answer.resume().on("end", done);
      });
      sent.on("error", failed).end();
    });
  const watch = watchWrites((activity) => told.push(activity));
  try {
    await watch.run("one", () => send("PUT", "one"));
    await watch.run("two", () => send("GET", "two"));
    await Promise.all(["three", "four"].map((name) => watch.run(name, () => send("POST", name))));
    await send("DELETE", "nobody");
    watch.stop();
    await watch.run("five", () => send("PUT", "five"));
  } finally {
    agent.destroy();
    server.close();
  }
  expect(told).toEqual([
    "one",
    "one PUT answered",
    "two GET answered",
    "three",
    "three POST answered",
    "four",
    "four POST answered",
    "nobody DELETE answered",
    "five PUT answered",
  ]);
});
