import type { Json, JsonObject } from "../../json.ts";
import type { Resource } from "../../store.ts";

/** What tells one built-in definition from another. */
export interface Builtin {
  readonly id: string;
  readonly displayName: string;
  readonly category: string;
  readonly version: string;
  readonly mode: "Indexed" | "All" | "Microsoft.Kubernetes.Data";
  readonly effect: string;
  readonly allowed: readonly string[];
  readonly parameters?: JsonObject;
  readonly rule: JsonObject;
  readonly details?: JsonObject;
}

/** A built-in definition as GET answers it. */
export function definitionOf(builtin: Builtin): Resource {
  const { id, mode, displayName, category, version, details } = builtin;
  return {
    id: `/providers/Microsoft.Authorization/policyDefinitions/${id}`,
    name: id,
    type: "Microsoft.Authorization/policyDefinitions",
    properties: {
      displayName,
      policyType: "BuiltIn",
      mode,
      metadata: { version, category },
      version,
      parameters: {
        effect: {
          type: "String",
          metadata: { displayName: "Effect" },
          allowedValues: builtin.allowed,
          defaultValue: builtin.effect,
        },
        ...builtin.parameters,
      },
      policyRule: {
        if: builtin.rule,
        // biome-ignore lint/suspicious/noThenProperty: the policy language calls it so.
        then: { effect: "[parameters('effect')]", ...(details ? { details } : {}) },
      },
    },
  };
}

/** A built-in initiative whose members share one `effect` parameter, as GET answers it. */
export function initiativeOf(initiative: {
  readonly id: string;
  readonly displayName: string;
  readonly category: string;
  readonly version: string;
  readonly effect: string;
  readonly members: Readonly<Record<string, string>>;
}): Resource {
  const { id, displayName, category, version, effect, members } = initiative;
  const references: Json[] = Object.entries(members).map(([reference, member]) => ({
    policyDefinitionReferenceId: reference,
    policyDefinitionId: `/providers/Microsoft.Authorization/policyDefinitions/${member}`,
    parameters: {
      effect: { value: "[parameters('effect')]" },
      excludedNamespaces: { value: "[parameters('excludedNamespaces')]" },
    },
    groupNames: [],
  }));
  return {
    id: `/providers/Microsoft.Authorization/policySetDefinitions/${id}`,
    name: id,
    type: "Microsoft.Authorization/policySetDefinitions",
    properties: {
      displayName,
      policyType: "BuiltIn",
      metadata: { version, category },
      version,
      parameters: {
        effect: {
          type: "String",
          metadata: { displayName: "Effect" },
          allowedValues: ["Audit", "Deny", "Disabled"],
          defaultValue: effect,
        },
        excludedNamespaces: excludedNamespaces,
      },
      policyDefinitions: references,
    },
  };
}

/** The parameter that all in-cluster definitions have. */
export const excludedNamespaces: JsonObject = {
  type: "Array",
  metadata: { displayName: "Namespace exclusions" },
  defaultValue: ["kube-system", "gatekeeper-system", "azure-arc"],
};
