import { describe, expect, it } from "vitest";
import { AzureError } from "../../../shared/azure/errors.ts";
import { nameOfFault } from "../../../shared/domain/fault-name.ts";

describe("nameOfFault", () => {
  it("says what Azure answered, by status and code", () => {
    const options = { status: 400, code: "NoValidSubscriptionsInQueryRequest" };
    expect(nameOfFault(new AzureError("secret-word", options))).toBe(
      "AzureError 400 NoValidSubscriptionsInQueryRequest",
    );
  });

  it("says nothing of a message, nor of a code that could be one", () => {
    const fault = Object.assign(new Error("secret-word"), { code: "secret word\nforged line" });
    expect(nameOfFault(fault)).toBe("Error");
    expect(nameOfFault("secret-word")).toBe("fault");
  });
});
