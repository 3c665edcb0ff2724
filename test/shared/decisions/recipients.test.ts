import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alertRecipients,
  decideRecipients,
  isAddress,
  repositoryRecipients,
} from "../../../shared/decisions/recipients.ts";
import type { MailRules } from "../../../shared/domain/policy.ts";
import { anOwnerTag, aPolicy, someOwnerFacts } from "../../support/builders.ts";

const mail = (over: Partial<MailRules> = {}): MailRules => ({ ...aPolicy().mail, ...over });
const tags = (...values: Parameters<typeof anOwnerTag>[0][]) =>
  someOwnerFacts({ tags: values.map((value) => anOwnerTag(value)) });

describe("recipients", () => {
  it("are those whom the nearest scope names", () => {
    const found = decideRecipients(
      tags(
        { on: "subscription", value: "sub@contoso.com" },
        { on: "resource group", value: "group@contoso.com" },
        {
          on: "resource",
          scopeName: "aks-shop",
          name: "Technical-Owner",
          value: "Team@Contoso.com",
        },
      ),
      mail(),
    );
    expect(found).toEqual({
      to: ["team@contoso.com"],
      why: "tag technical-owner on resource aks-shop",
      dropped: [],
    });
  });

  it("are all that the tags of that scope name, once each, sorted", () => {
    const { to, why } = decideRecipients(
      tags(
        { name: "contact", value: "b@contoso.com; a@contoso.com" },
        { name: "OWNER", value: "c@contoso.com,a@contoso.com <d@contoso.com>" },
        { name: "costcenter", value: "z@contoso.com" },
      ),
      mail(),
    );
    expect(to).toEqual(["a@contoso.com", "b@contoso.com", "c@contoso.com", "d@contoso.com"]);
    expect(why).toBe("tags owner, contact on resource group rg-shop");
  });

  it("are of the policy's own domains only; what is dropped says why", () => {
    const found = decideRecipients(
      tags(
        { on: "resource", value: "me@evil.example, you@sub.contoso.com, team shop" },
        { on: "subscription", scopeName: "Shop", value: "ok@contoso.com" },
      ),
      mail(),
    );
    expect(found.to).toEqual(["ok@contoso.com"]);
    expect(found.why).toBe("tag owner on subscription Shop");
    expect(found.dropped).toEqual([
      { address: "me@evil.example", why: "its domain evil.example is not in mail.ownerDomains" },
      {
        address: "you@sub.contoso.com",
        why: "its domain sub.contoso.com is not in mail.ownerDomains",
      },
      { address: "team", why: "it is no mail address" },
      { address: "shop", why: "it is no mail address" },
    ]);
  });

  it("are of a subdomain only when that is named itself", () => {
    const rules = mail({ ownerDomains: ["SUB.contoso.com"] });
    expect(decideRecipients(tags({ value: "a@sub.contoso.com" }), rules).to).toEqual([
      "a@sub.contoso.com",
    ]);
  });

  it("are the security contact when no tag names anybody, bound to the same domains", () => {
    const securityContacts = ["soc@contoso.com;soc@evil.example"];
    const found = decideRecipients(someOwnerFacts({ tags: [], securityContacts }), mail());
    expect(found.to).toEqual(["soc@contoso.com"]);
    expect(found.why).toBe("security contact of the subscription");
    expect(found.dropped.map(({ address }) => address)).toEqual(["soc@evil.example"]);
  });

  it("are the fallback at last, and nobody without one", () => {
    const none = someOwnerFacts({ tags: [] });
    expect(decideRecipients(none, mail({ fallbackOwner: "Last@Elsewhere.com" }))).toMatchObject({
      to: ["last@elsewhere.com"],
      why: expect.stringContaining("mail.fallbackOwner"),
    });
    expect(decideRecipients(none, mail({ fallbackOwner: null })).to).toEqual([]);
  });

  it("are nobody that a tag names while the policy names no domain", () => {
    const found = decideRecipients(tags({}), mail({ ownerDomains: [], fallbackOwner: null }));
    expect(found.to).toEqual([]);
    expect(found.dropped[0]?.why).toContain("mail.ownerDomains");
  });

  it("say what could not be read", () => {
    const facts = someOwnerFacts({ unreadable: ["tags of resource aks-shop: 403"] });
    expect(decideRecipients(facts, mail()).why).toContain("tags of resource aks-shop: 403");
  });

  it("of an alert are the owners and the security contact", () => {
    const facts = someOwnerFacts({ securityContacts: ["soc@contoso.com", "x@evil.example"] });
    const found = alertRecipients(facts, mail());
    expect(found.to).toEqual(["shop-team@contoso.com", "soc@contoso.com"]);
    expect(found.why).toContain("security contact");
    expect(alertRecipients(someOwnerFacts(), mail()).to).toEqual(["shop-team@contoso.com"]);
  });
});

describe("a mail address", () => {
  it.each([
    ["a@contoso.com", true],
    ["a.b+c@contoso.co.uk", true],
    ["a@contoso", false],
    ["a@@contoso.com", false],
    ["a b@contoso.com", false],
    ["a@contoso.com\nBcc:x@y.com", false],
    ["ä@contoso.com", false],
    ["a@cöntoso.com", false],
    [".a@contoso.com", false],
    [`${"a".repeat(65)}@contoso.com`, false],
  ])("%j: %s", (text, valid) => {
    expect(isAddress(text)).toBe(valid);
  });
});

it("nobody outside the house is ever mailed, whatever a tag says", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "a@contoso.com",
      "a@evil.example",
      "a@contoso.com.evil.example",
      "@contoso.com",
    ),
  );
  const values = fc.array(text, { maxLength: 5 }).map((all) => all.join(";"));
  fc.assert(
    fc.property(values, fc.array(values, { maxLength: 2 }), (value, securityContacts) => {
      const facts = { ...tags({ value }), securityContacts };
      for (const { to } of [decideRecipients(facts, mail()), alertRecipients(facts, mail())]) {
        for (const address of to) {
          expect(address).toMatch(/^[^@\s,;<>]+@contoso\.com$/);
        }
        expect([...new Set(to)].sort()).toEqual(to);
      }
    }),
  );
});

describe("recipients of a repository", () => {
  const ofRegistry = { to: ["platform@contoso.com"], why: "tag owner on registry", dropped: [] };
  const of = (to: readonly string[]) =>
    repositoryRecipients(
      aPolicy({
        owners: { repositories: [{ registry: "acr", repository: "team-a/*", to }] },
      }),
      { registry: "ACR", repository: "team-a/shop" },
      ofRegistry,
    );

  it("are those whom the policy names for it", () => {
    expect(of(["B@contoso.com", "a@contoso.com"])).toEqual({
      to: ["a@contoso.com", "b@contoso.com"],
      why: "policy: repositories team-a/* in acr",
      dropped: [],
    });
  });

  it("are the registry's where the policy names nobody who may be mailed, and that is said", () => {
    expect(of(["eve@evil.example"])).toMatchObject({
      to: ofRegistry.to,
      dropped: [{ address: "eve@evil.example" }],
    });
    const other = { registry: "acr", repository: "team-b/api" };
    expect(repositoryRecipients(aPolicy(), other, ofRegistry)).toEqual(ofRegistry);
  });
});
