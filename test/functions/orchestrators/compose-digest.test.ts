import { expect, it } from "vitest";
import { composeDigest } from "../../../functions/orchestrators/compose-digest.ts";
import { runOrchestration } from "../../support/run-orchestration.ts";
import { aTaken, inputsOf } from "../../support/stand-ins.ts";

const subject = "owners/shop-team@contoso.com";

async function compose(answers: readonly object[]) {
  const left = [...answers];
  return runOrchestration(
    composeDigest,
    { subject },
    {
      take: () => aTaken({ subject, kind: "owners" }),
      composeMail: () => left.shift() ?? { kind: "nothing" },
      wake: () => ({ woken: true }),
      settle: () => ({ kind: "settled" }),
    },
  );
}

it("hands a frozen mail to the delivery and freezes no other before it is sent", async () => {
  const ran = await compose([{ kind: "frozen" }, { kind: "frozen" }]);
  expect(inputsOf(ran, "composeMail")).toHaveLength(1);
  expect(inputsOf(ran, "wake")[0]).toMatchObject({ kind: "delivery" });
  expect(inputsOf(ran, "settle")[0]?.["next"]).not.toBeNull();
});

it("goes on after a preview and after notices that moved, each with an id of its own", async () => {
  const ran = await compose([{ kind: "moved" }, { kind: "preview" }]);
  const ids = inputsOf(ran, "composeMail").map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(3);
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ next: null });
});

it("comes back when the window opens", async () => {
  const until = "2026-11-24T09:00:00.000Z";
  const ran = await compose([{ kind: "wait", until }]);
  expect(inputsOf(ran, "settle")[0]).toMatchObject({ next: until });
});
