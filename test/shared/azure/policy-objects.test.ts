import { describe, expect, it } from "vitest";
import {
  Assignment,
  Definition,
  type EffectSources,
  effectiveEffect,
  layerOf,
  SetDefinition,
} from "../../../shared/azure/policy-objects.ts";

const privileged =
  "/providers/Microsoft.Authorization/policyDefinitions/95edb821-ddaf-4404-9732-666045e056b4";
const custom = "/subscriptions/s/providers/Microsoft.Authorization/policyDefinitions/custom";

function sources(over: {
  definitionId?: string;
  definition?: object | null;
  parameters?: object;
  overrides?: object[];
  set?: object;
  memberParameters?: object;
}): EffectSources {
  const definitionId = over.definitionId ?? privileged;
  const set = over.set
    ? SetDefinition.parse({
        id: "/set",
        ...over.set,
        policyDefinitions: [
          {
            policyDefinitionId: definitionId,
            policyDefinitionReferenceId: "member",
            parameters: over.memberParameters ?? {},
          },
        ],
      })
    : null;
  return {
    assignment: Assignment.parse({
      id: "/a",
      name: "a",
      definitionId: set ? "/set" : definitionId,
      parameters: over.parameters ?? {},
      overrides: over.overrides ?? null,
    }),
    set,
    member: set?.policyDefinitions?.[0] ?? null,
    definition: over.definition ? Definition.parse({ id: definitionId, ...over.definition }) : null,
    definitionId,
  };
}

const readable = {
  mode: "Microsoft.Kubernetes.Data",
  effect: "[parameters('effect')]",
  parameters: { effect: { type: "String", defaultValue: "Deny" } },
};

describe("the effect of an assigned definition", () => {
  it.each<[string, string, Parameters<typeof sources>[0]]>([
    ["the definition's default", "deny", { definition: readable }],
    [
      "the assignment's value",
      "audit",
      { definition: readable, parameters: { Effect: { value: "Audit" } } },
    ],
    ["what is written down", "modify", { definition: { ...readable, effect: "Modify" } }],
    ["a built-in's default, unread", "deny", {}],
    [
      "the assignment's value, unread",
      "disabled",
      { parameters: { effect: { value: "disabled" } } },
    ],
    ["unknown, when nothing is known", "unknown", { definitionId: custom }],
    [
      "unknown, when it is computed",
      "unknown",
      { definition: { ...readable, effect: "[if(true(), 'Deny', 'Audit')]" } },
    ],
    [
      "unknown, when the value is computed",
      "unknown",
      { definition: readable, parameters: { effect: { value: "[field('x')]" } } },
    ],
    [
      "a set's own value",
      "audit",
      { definition: readable, set: {}, memberParameters: { effect: { value: "Audit" } } },
    ],
    [
      "the default of the set's parameter",
      "audit",
      {
        definition: readable,
        set: { parameters: { effect1: { defaultValue: "Audit" } } },
        memberParameters: { effect: { value: "[parameters('effect1')]" } },
      },
    ],
    [
      "the assignment's value of the set's parameter",
      "deny",
      {
        definition: readable,
        set: { parameters: { effect1: { defaultValue: "Audit" } } },
        memberParameters: { effect: { value: "[parameters('effect1')]" } },
        parameters: { effect1: { value: "Deny" } },
      },
    ],
    [
      "unknown, when the set's parameter has no value",
      "unknown",
      {
        definition: readable,
        set: {},
        memberParameters: { effect: { value: "[parameters('gone')]" } },
      },
    ],
    [
      "the definition's default in a set that says nothing, not the assignment's value",
      "deny",
      { definition: readable, set: {}, parameters: { effect: { value: "Audit" } } },
    ],
    [
      "an override",
      "audit",
      { definition: readable, overrides: [{ kind: "policyEffect", value: "Audit" }] },
    ],
    [
      "an override of this member",
      "audit",
      {
        definition: readable,
        set: {},
        overrides: [
          {
            kind: "policyEffect",
            value: "Audit",
            selectors: [{ kind: "policyDefinitionReferenceId", in: ["MEMBER"] }],
          },
        ],
      },
    ],
    [
      "no override of another member or place",
      "deny",
      {
        definition: readable,
        set: {},
        overrides: [
          {
            kind: "policyEffect",
            value: "Audit",
            selectors: [{ kind: "policyDefinitionReferenceId", in: ["other"] }],
          },
          {
            kind: "policyEffect",
            value: "Audit",
            selectors: [{ kind: "resourceLocation", in: ["westeurope"] }],
          },
        ],
      },
    ],
    ...[
      [{ kind: "resourceLocation", in: ["westeurope"] }, "Deny", "unknown"],
      [{ kind: "resourceLocation", in: ["westeurope"] }, "Disabled", "audit"],
      [{ kind: "resourceLocation", in: ["westeurope"] }, "Audit", "audit"],
      [{ kind: "policyDefinitionReferenceId", notIn: ["other"] }, "Deny", "deny"],
      [{ kind: "policyDefinitionReferenceId", notIn: ["Member"] }, "Deny", "audit"],
      [{ kind: "policyDefinitionReferenceId" }, "Deny", "unknown"],
      [{ kind: "policyDefinitionReferenceId", in: ["member"] }, "[field('x')]", "unknown"],
    ].map(([selector, value, effect]): [string, string, Parameters<typeof sources>[0]] => [
      `with an override to ${value} where ${JSON.stringify(selector)}`,
      `${effect}`,
      {
        definition: readable,
        set: {},
        memberParameters: { effect: { value: "Audit" } },
        overrides: [{ kind: "policyEffect", value, selectors: [selector] }],
      },
    ]),
  ])("is %s", (_, effect, over) => {
    expect(effectiveEffect(sources(over))).toBe(effect);
  });
});

describe("the layer of a definition", () => {
  it("is told by its mode, then by what is known, and taken for the worse", () => {
    const aks = Definition.parse({ id: custom, mode: "microsoft.kubernetes.data" });
    const all = Definition.parse({ id: custom, mode: "All" });
    expect(layerOf(custom, aks)).toBe("in-cluster");
    expect(layerOf(custom, all)).toBe("resource");
    expect(layerOf(privileged, null)).toBe("in-cluster");
    const addon = privileged.replace(/[^/]+$/, "0a15ec92-a229-4763-bb14-0ea34a568f8d");
    expect(layerOf(addon, null)).toBe("resource");
    expect(layerOf(custom, null)).toBe("in-cluster");
  });
});
