import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mailMistakes,
  policyHash,
  readExemption,
  readPolicy,
  withExemptions,
} from "../../shared/policy.ts";

const now = "2026-11-23T08:00:00Z";
const shipped = readFileSync("guardrail.json", "utf8");

type Json = Record<string, unknown>;

function changed(change: (policy: Json) => void): string {
  const policy = JSON.parse(shipped);
  change(policy);
  return JSON.stringify(policy);
}

function at(policy: Json, path: string): Json {
  return path.split(".").reduce<Json>((inner, key) => inner[key] as Json, policy);
}

function mistakesOf(text: string): Record<string, string> {
  const read = readPolicy(text, now);
  expect(read.kind).toBe("invalid");
  if (read.kind !== "invalid") return {};
  return Object.fromEntries(read.mistakes.map(({ path, message }) => [path, message]));
}

describe("readPolicy", () => {
  it("takes the shipped file, which enables no plan and mails no owner until somebody says so", () => {
    const read = readPolicy(shipped, now);
    if (read.kind !== "ok") throw new Error(JSON.stringify(read.mistakes));
    expect(read.policy.limits.addedCostPerMonth).toBe(0);
    expect(read.policy.mail.ownerDomains).toEqual([]);
    expect(mailMistakes(read.policy, "watch")).toEqual([]);
    expect(mailMistakes(read.policy, "tell").map(({ path }) => path)).toEqual([
      "mail.from",
      "mail.replyTo",
      "mail.aboutUrl",
      "mail.ownerDomains",
    ]);
  });

  it("names every mistake by its path, with the fix", () => {
    const found = mistakesOf(
      changed((policy) => {
        at(policy, "rules.addon")["mode"] = "ask";
        at(policy, "rules")["plan"] = {};
        delete at(policy, "limits")["changesPerDay"];
        at(policy, "mail")["timeZone"] = "Berlin";
        at(policy, "mail")["digestAt"] = "9 o'clock";
        at(policy, "mail")["digestDays"] = "weekdays";
        at(policy, "mail")["ownerDomains"] = ["@contoso.com"];
        at(policy, "mail")["aboutUrl"] = "http://wiki.contoso.com";
        at(policy, "scope")["subscriptions"] = ["my-subscription"];
        at(policy, "limits")["addedCostPerMonth"] = -1;
      }),
    );
    expect(found["rules.addon.mode"]).toMatch(/not offered yet/);
    expect(found["rules.plan"]).toMatch(/did you mean "plans"/);
    expect(Object.keys(found).sort()).toEqual([
      "limits.addedCostPerMonth",
      "limits.changesPerDay",
      "mail.aboutUrl",
      "mail.digestAt",
      "mail.digestDays",
      "mail.ownerDomains.0",
      "mail.timeZone",
      "rules.addon.mode",
      "rules.plan",
      "scope.subscriptions.0",
    ]);
  });

  it("knows owners of repositories and the bar for images, and names what is wrong with them", () => {
    const found = mistakesOf(
      changed((policy) => {
        at(policy, "rules.images")["from"] = "high";
        at(policy, "rules.images")["runingFirst"] = true;
        at(policy, "owners")["repositories"] = [
          { registry: "*", repository: "team a/*", to: [] },
          { registry: "*", repository: "team-a/*", to: ["a@contoso.com"] },
        ];
      }),
    );
    expect(found["rules.images.from"]).toBe("write one of Low, Medium, High, Critical");
    expect(found["rules.images.runingFirst"]).toMatch(/did you mean "runningFirst"/);
    expect(found["owners.repositories.0.repository"]).toMatch(/letters, digits/);
    expect(found["owners.repositories.0.to"]).toMatch(/at least one/);
  });

  it("takes owners of repositories only from the domains that may be mailed", () => {
    const found = mistakesOf(
      changed((policy) => {
        at(policy, "mail")["ownerDomains"] = ["contoso.com"];
        at(policy, "owners")["repositories"] = [
          { registry: "*", repository: "*", to: ["a@Contoso.com", "b@partner.example"] },
        ];
      }),
    );
    expect(Object.keys(found)).toEqual(["owners.repositories.0.to.1"]);
  });

  it("holds a file that says nothing of images to the rule as shipped", () => {
    const read = readPolicy(
      changed((policy) => {
        delete at(policy, "rules")["images"];
        delete policy["owners"];
      }),
      now,
    );
    expect(read).toMatchObject({
      kind: "ok",
      policy: {
        owners: { repositories: [] },
        rules: { images: { mode: "enforce", from: "High", fixableOnly: true, runningFirst: true } },
      },
    });
  });

  it("says where a file is no JSON, and takes one with a byte order mark", () => {
    expect(mistakesOf("{ // mine")["(file)"]).toMatch(/valid JSON/);
    expect(readPolicy(`\uFEFF${shipped}`, now).kind).toBe("ok");
  });

  it("refuses what contradicts itself", () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const found = mistakesOf(
      changed((policy) => {
        at(policy, "rules.sensor")["mode"] = "enforce";
        at(policy, "alerts")["tellFrom"] = "High";
        at(policy, "alerts")["urgentFrom"] = "Low";
        at(policy, "mail")["remindAfterDays"] = 14;
        at(policy, "keep")["casesDays"] = 20;
        at(policy, "scope")["subscriptions"] = [id];
        at(policy, "scope")["exclude"] = [id.toUpperCase()];
      }),
    );
    expect(Object.keys(found).sort()).toEqual([
      "alerts.urgentFrom",
      "keep.casesDays",
      "rules.sensor.workspaceId",
      "scope.subscriptions.0",
    ]);
  });

  it("takes no plan into the baseline that is retired or has a rule of its own", () => {
    const found = mistakesOf(
      changed((policy) => {
        const plan = { extensions: [] };
        at(policy, "rules.plans")["baseline"] = { kubernetesService: plan, VirtualMachines: plan };
      }),
    );
    expect(found).toEqual({
      "rules.plans.baseline.kubernetesService": expect.stringMatching(/is retired.*Containers/),
      "rules.plans.baseline.VirtualMachines": expect.stringMatching(/rules\.servers/),
    });
  });

  const exemption = (until: string) => ({
    scope: "/subscriptions/11111111-1111-4111-8111-111111111111",
    rule: "addon",
    until,
    reason: "moves away",
    approvedBy: "ciso@contoso.com",
  });

  it("lets no exemption last longer than 180 days", () => {
    const file = (until: string) =>
      changed((policy) => {
        policy["exemptions"] = [exemption(until)];
      });
    expect(readPolicy(file("2027-05-22"), now).kind).toBe("ok");
    expect(mistakesOf(file("2027-05-23"))["exemptions.0.until"]).toMatch(/up to 2027-05-22/);
  });

  it("reads exemptions alike when an operator sends them, but none that is over", () => {
    const sent = (over: object) => {
      const read = readExemption({ ...exemption("2027-05-22"), ...over }, "body", now);
      return read.kind === "ok" ? "ok" : read.mistakes;
    };
    expect(sent({})).toBe("ok");
    expect(sent({ until: "2027-05-23" })).toMatchObject([{ path: "body.until" }]);
    expect(sent({ until: "2026-11-22" })).toMatchObject([{ path: "body.until" }]);
    expect(sent({ rule: "add-on" })).toMatchObject([{ path: "body.rule" }]);
    expect(sent({ untill: "2027-05-22" })).toEqual([
      { path: "body.untill", message: expect.stringContaining('did you mean "until"?') },
    ]);
    expect(readExemption(null, "body", now)).toEqual({
      kind: "invalid",
      mistakes: [{ path: "body", message: "write a JSON object" }],
    });
  });

  it("never throws, whatever the file holds", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => readPolicy(JSON.stringify(value) ?? "", now)).not.toThrow();
      }),
    );
  });
});

describe("policyHash", () => {
  const read = readPolicy(shipped, now);
  if (read.kind !== "ok") throw new Error("the shipped policy must be well formed");
  const { policy } = read;

  it("does not depend on the order of keys, and on nothing that is not decided by", () => {
    const reversed = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, reversed(inner)]),
          )
        : value;
    const again = readPolicy(JSON.stringify(reversed(JSON.parse(shipped))), now);
    expect(again).toMatchObject({ kind: "ok", hash: read.hash });
  });

  it("changes with each value and with exemptions given over HTTP", () => {
    const looser = { ...policy, limits: { ...policy.limits, changesPerDay: 51 } };
    const exemption = {
      scope: "/subscriptions/x",
      rule: "addon",
      until: "2026-12-31",
      reason: "moves",
      approvedBy: "me@contoso.com",
    } as const;
    expect(policyHash(looser, [])).not.toBe(read.hash);
    expect(policyHash(policy, [exemption])).not.toBe(read.hash);
    expect(policyHash(withExemptions(policy, [exemption]), [])).toBe(
      policyHash(policy, [exemption]),
    );
  });
});
