import { createSerializer, type OperationSpec } from "@azure/core-client";

const anyBody = { bodyMapper: { type: { name: "any" }, serializedName: "body" } } as const;

const textParameter = (name: string, options: { skipEncoding?: boolean } = {}) => ({
  parameterPath: name,
  mapper: { serializedName: name, required: true, type: { name: "String" } } as const,
  ...options,
});

const constant = (serializedName: string, value: string) => ({
  parameterPath: serializedName.replaceAll("-", ""),
  mapper: {
    serializedName,
    isConstant: true,
    defaultValue: value,
    type: { name: "String" },
  } as const,
});

/**
 * Pricings of API 2024-01-01, which knows extensions. The client's own model is of 2022-03-01: it
 * drops them silently, both ways.
 */
export function pricingSpec(method: "GET" | "PUT", scope: "one" | "all"): OperationSpec {
  const path = "/{scopeId}/providers/Microsoft.Security/pricings";
  return {
    path: scope === "one" ? `${path}/{pricingName}` : path,
    httpMethod: method,
    responses: { 200: anyBody, 201: anyBody, default: anyBody },
    urlParameters: [
      textParameter("scopeId", { skipEncoding: true }),
      ...(scope === "one" ? [textParameter("pricingName")] : []),
    ],
    queryParameters: [constant("api-version", "2024-01-01")],
    headerParameters: [constant("Accept", "application/json")],
    ...(method === "PUT"
      ? {
          requestBody: {
            parameterPath: "pricing",
            mapper: { serializedName: "pricing", required: true, type: { name: "any" } } as const,
          },
          mediaType: "json",
          contentType: "application/json; charset=utf-8",
        }
      : {}),
    serializer: createSerializer({}, false),
  };
}
