import { expect, it } from "vitest";
import { createMemory } from "../../../shared/azure/remember.ts";

function asking(minutes = 1) {
  let time = 0;
  let asked = 0;
  const memory = createMemory(minutes, () => time);
  const answer = (key: string) => async () => {
    asked += 1;
    return `${key} ${asked}`;
  };
  return {
    ask: (key: string) => memory.remember(key, answer(key)),
    askAnew: (key: string) => memory.renew(key, answer(key)),
    fail: (key: string) =>
      memory.remember(key, async () => {
        throw new Error("no answer");
      }),
    memory,
    pass(milliseconds: number) {
      time += milliseconds;
    },
  };
}

it("asks the same once a minute, also while the answer is under way", async () => {
  const { ask, pass } = asking();
  expect(await Promise.all([ask("a"), ask("a"), ask("b")])).toEqual(["a 1", "a 1", "b 2"]);
  pass(59_999);
  expect(await ask("a")).toBe("a 1");
  pass(1);
  expect(await ask("a")).toBe("a 3");
});

it("keeps an answer for as many minutes as it is told", async () => {
  const { ask, pass } = asking(3);
  await ask("a");
  pass(179_999);
  expect(await ask("a")).toBe("a 1");
  pass(1);
  expect(await ask("a")).toBe("a 2");
});

it("asks again after a fault", async () => {
  const { ask, fail } = asking();
  await expect(fail("a")).rejects.toThrow("no answer");
  expect(await ask("a")).toBe("a 1");
});

it("shares what was asked anew, for a minute from then", async () => {
  const { ask, askAnew, pass } = asking();
  expect([await ask("a"), await askAnew("a"), await ask("a")]).toEqual(["a 1", "a 2", "a 2"]);
  pass(30_000);
  await askAnew("a");
  pass(59_999);
  expect(await ask("a")).toBe("a 3");
});

it("keeps no answer to a question that was under way when it was to be forgotten", async () => {
  const { ask, memory } = asking();
  const open = Promise.withResolvers<string>();
  const asked = memory.remember("a", () => open.promise);
  memory.forget("a");
  open.resolve("old");
  expect([await asked, await ask("a")]).toEqual(["old", "a 1"]);
});

it("lets no late fault take the place of a newer answer", async () => {
  const { ask, memory } = asking();
  const open = Promise.withResolvers<string>();
  const asked = memory.remember("a", () => open.promise);
  memory.forget("a");
  expect(await ask("a")).toBe("a 1");
  open.reject(new Error("too late"));
  await expect(asked).rejects.toThrow("too late");
  expect(await ask("a")).toBe("a 1");
});
