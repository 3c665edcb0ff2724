import { ArmFault } from "../arm-fault.ts";
import { param, type Route } from "../exchange.ts";
import { listAnswer } from "../paging.ts";
import type { AzureParts } from "../parts.ts";

const type = "Microsoft.Security/assessments";
const versions = ["2020-01-01", "2021-06-01", "2025-05-04-preview"];

/** Recommendations of Defender for Cloud, which Azure calls assessments. */
export function createAssessmentRoutes({ store, pageSize }: AzureParts): Route[] {
  const common = { method: "GET", versions, action: `${type}/read` } as const;
  return [
    {
      ...common,
      template: `/{scope}/providers/${type}`,
      handle: (request) => listAnswer(request, store.list(type, param(request, "scope")), pageSize),
    },
    {
      ...common,
      template: `/{resourceId}/providers/${type}/{assessmentName}`,
      handle: (request) => {
        const found = store.find(request.path);
        if (found) return { status: 200, body: found };
        const message = `The assessment '${param(request, "assessmentName")}' was not found.`;
        throw new ArmFault(404, "ResourceNotFound", { message });
      },
    },
  ];
}
