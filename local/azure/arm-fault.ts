/** An error answer of Azure; thrown by handlers, turned into a response in one place. */
export class ArmFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    more: { message: string; headers?: Record<string, string> },
  ) {
    super(more.message);
    this.status = status;
    this.code = code;
    this.headers = more.headers ?? {};
  }
}

/** 404 of a resource, as Azure Resource Manager words it. */
export function resourceNotFound(type: string, name: string, group: string | null): ArmFault {
  const where = group === null ? "" : ` under resource group '${group}'`;
  const message = `The Resource '${type}/${name}'${where} was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  return new ArmFault(404, "ResourceNotFound", {
    message,
    headers: { "x-ms-failure-cause": "gateway" },
  });
}

/** 400 of a body that cannot be read. */
export function badRequest(message: string, code = "InvalidRequestContent"): ArmFault {
  return new ArmFault(400, code, { message });
}
