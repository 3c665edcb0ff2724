import type { FaultRule } from "../../../local/azure/estate-entry.ts";
import type { Example } from "../../../local/proof/example.ts";

/** Is in every hostile text, so that it can be found wherever one ends up. */
export const mark = "evilmark";

/** Markup, a script, a header, a mark that turns writing around, a query, a command, an address. */
const evil = [
  `${mark}</td><script>alert(1)</script>"'><img src=x onerror=alert(1)>`,
  "\r\nBcc: eve@evil.example\r\nSubject: owned",
  "\u202egnp.exe\u2066\u0000\u001b[2J",
  "' | where 1==1 or '1'=='1 // $(reboot) `reboot`; {{7*7}} =cmd|'/c calc'!A1",
  "../../#?%2e%2e https://evil.example/login",
].join(" ");

/** The same, and more than any field can hold. */
const long = `${evil} ${"x".repeat(100_000)}`;

/** Keys that mean something to a careless program. */
const keys = ["__proto__", "constructor", "toString", "a/b#c?d", evil.slice(0, 60)];

/** Whoever names an owner may name others beside, and more than addresses. */
const andEve = (owner: string): string => `${owner}; eve@evil.example,${evil}`;

/** The example as somebody would leave it who writes wherever the guardrail reads. */
export function hostileExample(example: Example): Example {
  const { estate, scenario } = example;
  const refusing = refusingIn(example);
  return {
    ...example,
    estate: {
      ...estate,
      resources: estate.resources.map(spoilt),
      violations: estate.violations.map((one) => ({
        ...one,
        violations: one.violations.map((violation, place) => ({
          ...violation,
          componentType: place === 0 ? violation.componentType : evil,
          componentName: `${violation.componentName}${evil}`,
          componentId: `${violation.componentId}${place === 1 ? long : evil}`,
          reason: place === 2 ? long : evil,
        })),
      })),
      images: estate.images.map((one) => ({
        ...one,
        images: one.images.map((image) => ({
          ...image,
          tags: [...image.tags, evil],
          runsIn: image.runsIn?.map((place) => ({ ...place, namespace: evil })),
          software: image.software.map((software) => ({
            ...software,
            name: `${software.name}${long}`,
            version: evil,
            fixedVersion: evil,
            cves: software.cves.map(({ severity }, place) => ({ id: `${evil}${place}`, severity })),
          })),
        })),
      })),
      manners: [
        ...estate.manners,
        { kind: "Manner", resource: refusing, behaviour: "write-denied-by-policy", policy: long },
      ],
      faults: refusals,
    },
    scenario: {
      ...scenario,
      deliveries: scenario.deliveries.map((delivery) => ({
        ...delivery,
        text: spoiltText(delivery.text),
      })),
    },
  };
}

/** Id of the one resource of which Azure refuses every write: a registry, on which we set tags only. */
export function refusingIn({ estate }: Example): string {
  const found = estate.resources.find(({ id }) => /\/registries\/[^/]+$/i.test(id));
  if (!found) throw new Error("the example has no registry");
  return found.id;
}

/** Azure's own words quote what others chose. */
const refusals: readonly FaultRule[] = [
  {
    match: {
      method: "POST",
      pathTemplate:
        "/{scope}/providers/Microsoft.PolicyInsights/componentPolicyStates/{view}/queryResults",
    },
    fault: { status: 429, message: evil },
    when: "first",
  },
  {
    match: { method: "GET", pathTemplate: "/{scopeId}/providers/Microsoft.Security/pricings" },
    fault: { status: 500, message: evil },
    when: "first",
  },
];

type Resource = Example["estate"]["resources"][number];

function spoilt(resource: Resource): Resource {
  const type = String(resource["type"] ?? "subscription").toLowerCase();
  const properties = resource["properties"] as Record<string, unknown> | undefined;
  switch (type) {
    case "subscription":
      return { ...resource, displayName: evil, tags: tagsOf(resource) };
    case "microsoft.security/securitycontacts":
      return {
        ...resource,
        properties: { ...properties, emails: `soc@contoso.com;${andEve("x")}` },
      } as Resource;
    case "microsoft.authorization/policyassignments":
      return {
        ...resource,
        properties: {
          ...properties,
          displayName: long,
          description: evil,
          metadata: { ...(properties?.["metadata"] as object), assignedBy: evil },
        },
      } as Resource;
    default:
      return { ...resource, tags: tagsOf(resource) };
  }
}

function tagsOf({ tags }: Resource): Record<string, string> {
  const own = Object.entries((tags ?? {}) as Record<string, string>).map(
    ([name, value]) => [name, name === "owner" ? andEve(value) : value] as const,
  );
  return Object.fromEntries([...own, ...keys.map((key) => [key, evil] as const)]);
}

/** Names of fields of alerts, entities and events that hold words, not what they are about. */
const words =
  /^(Description|AlertDisplayName|CompromisedEntity|RemediationSteps|AlertUri|VendorName|Intent|Name|Image|ImageId|Process|CommandLine|role|name|upn)$/i;

function spoiltText(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  return JSON.stringify(spoiltValue(body, ""));
}

function spoiltValue(value: unknown, name: string): unknown {
  if (typeof value === "string") {
    if (name === "Description") return long;
    return words.test(name) ? evil : value;
  }
  if (Array.isArray(value)) return value.map((one) => spoiltValue(one, name));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(
    ([key, member]) => [key, spoiltValue(member, key)] as const,
  );
  if (name === "claims") members.push(["name", evil], [upn, evil]);
  if (/^ExtendedProperties$/i.test(name)) {
    members.push(...keys.map((key) => [key, evil] as const), ["Pod", long]);
  }
  return Object.fromEntries(members);
}

const upn = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
