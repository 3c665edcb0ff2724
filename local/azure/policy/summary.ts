import type { Json, JsonObject } from "../json.ts";
import { groupNamesOf } from "./rows.ts";

/** The summary of states: of all, of each assignment, and of each definition of an assignment. */
export function summaryOf(
  rows: readonly JsonObject[],
  link: string,
  mostAssignments: number | null,
): JsonObject {
  const groups = groupBy(rows, "policyAssignmentId");
  const assignments = [...groups.values()].slice(0, mostAssignments ?? groups.size);
  return {
    results: results(rows, { link, of: "policyAssignmentId", filters: [] }),
    policyAssignments: assignments.map((own) => assignmentSummary(own, link)),
  };
}

function assignmentSummary(rows: readonly JsonObject[], link: string): JsonObject {
  const assignment = rows[0]?.["policyAssignmentId"] ?? "";
  const filters = [`PolicyAssignmentId eq '${assignment}'`];
  const key = (row: JsonObject) =>
    `${row["policyDefinitionId"]}|${row["policyDefinitionReferenceId"]}`;
  const definitions = [...Map.groupBy(rows, key).values()];
  return {
    policyAssignmentId: assignment,
    policySetDefinitionId: rows[0]?.["policySetDefinitionId"] ?? "",
    results: results(rows, { link, of: "policyDefinitionId", filters }),
    policyDefinitions: definitions.map((own) => {
      const definition = own[0]?.["policyDefinitionId"] ?? "";
      return {
        policyDefinitionId: definition,
        policyDefinitionReferenceId: own[0]?.["policyDefinitionReferenceId"] ?? "",
        policyDefinitionGroupNames: [...groupNamesOf(own[0] ?? {})],
        effect: own[0]?.["policyDefinitionAction"] ?? "",
        results: results(own, {
          link,
          of: "policyDefinitionId",
          filters: [...filters, `PolicyDefinitionId eq '${definition}'`],
        }),
      };
    }),
    policyGroups: [],
  };
}

interface Part {
  readonly link: string;
  /** What counts as a policy at this level. */
  readonly of: string;
  readonly filters: readonly string[];
}

function results(rows: readonly JsonObject[], { link, of, filters }: Part): JsonObject {
  const bad = rows.filter((row) => row["complianceState"] === "NonCompliant");
  const filter = ["IsCompliant eq false", ...filters].join(" and ");
  return {
    queryResultsUri: `${link}&$filter=${filter}`,
    nonCompliantResources: groupBy(bad, "resourceId").size,
    nonCompliantPolicies: groupBy(bad, of).size,
    resourceDetails: countsBy(rows, "resourceId"),
    policyDetails: countsBy(rows, of),
    policyGroupDetails: [],
  };
}

function groupBy(rows: readonly JsonObject[], field: string): Map<Json | undefined, JsonObject[]> {
  return Map.groupBy(rows, (row) => row[field]);
}

/** How many resources (or policies) are in each state; one bad state makes the whole one bad. */
function countsBy(rows: readonly JsonObject[], field: string): JsonObject[] {
  const ranked = ["NonCompliant", "Compliant", "Exempt"];
  const states = [...groupBy(rows, field).values()].map(
    (own) =>
      ranked.find((state) => own.some((row) => row["complianceState"] === state)) ?? "Unknown",
  );
  return [...Map.groupBy(states, (state) => state)].map(([state, all]) => ({
    complianceState: state.toLowerCase(),
    count: all.length,
  }));
}
