import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { builtinDefinitions } from "../../../shared/domain/builtin-definitions.ts";
import {
  type GuideContext,
  guideFor,
  guideForKey,
  severityOf,
  titleOf,
} from "../../../shared/email/guide.ts";
import { placesOf } from "../../../shared/email/workloads.ts";
import { aClusterId, pods } from "../../support/mail-fixtures.ts";

/** Audits of Defender plans and exports, beside the definitions that the product knows by name. */
const others = [
  "2913021d-f2fd-4f3d-b958-22354e2bdbcb",
  "1f90fc71-a595-4066-8974-d4d0802e8ef0",
  "0e6763cc-5078-4e64-889d-ff4d9a839047",
  "c3d20c29-b36d-48fe-808b-99a87530ad99",
  "c2c0c6d8-007b-4a48-8d9b-3539bddd8e87",
  "cdfcce10-4578-4ecd-9703-530938e4abcb",
  "af9f6c70-eb74-4189-8d15-e4f11a7ebfd4",
  "f1525828-9a90-4fcf-be48-268cdd02361e",
  "73d6ab6c-2475-4850-afd6-43795f3492ef",
];
const all = [...Object.keys(builtinDefinitions), ...others];

function aContext(over: Partial<GuideContext> = {}): GuideContext {
  return {
    resourceId: aClusterId("aks-shop-prod"),
    name: "aks-shop-prod",
    resourceGroup: "rg-shop",
    subscriptionId: "7c1d4d0e-52c7-4a86-9a1b-3f0f7d1c2b11",
    place: placesOf(pods("shop", "cart-7d9f8b6c5d-2xk4m", "cart-7d9f8b6c5d-8vqzt")),
    assignment: "Pod security baseline",
    title: "Something of theirs",
    ...over,
  };
}

const readOnly =
  /^(?:kubectl (?:-n \S+ )?(?:get|top) |az (?:aks show|aks get-upgrades|acr show|acr token list|graph query|policy definition show|resource show|security pricing show|security automation list|monitor diagnostic-settings list) )/;

describe.each(all)("definition %s", (definition) => {
  const entry = guideFor(definition, aContext());
  const everything = JSON.stringify(entry);

  it("has steps of its own", () => {
    expect(titleOf(definition)).toBe(entry.title);
    expect(entry.title).not.toBe("Something of theirs");
    expect(severityOf(definition)).toBe(entry.severity);
    expect(entry.why).toMatch(/\.$/);
    expect(entry.why).not.toContain("\n");
    expect(entry.change.flatMap(({ lines }) => lines).length).toBeGreaterThan(0);
  });

  it("checks without changing anything", () => {
    expect(entry.check.length).toBeGreaterThan(0);
    for (const command of entry.check) expect(command).toMatch(readOnly);
  });

  it("has the real names in it and nothing to fill in", () => {
    expect(everything).not.toMatch(/<[a-z][^>]*>/i);
    expect(everything).not.toMatch(/undefined|\[object/);
    for (const command of entry.check) {
      expect(command).toMatch(
        /shop|7c1d4d0e|kubectl get (?:ingress|service|clusterrole)|-n default/,
      );
    }
  });

  it("gives resource settings as a command or a template line", () => {
    if (entry.source !== "cluster" && entry.source !== "registry") return;
    expect(entry.change.some(({ label }) => label === "Bicep" || label === "az")).toBe(true);
  });
});

it("names namespace and workload in its check", () => {
  const place = placesOf(pods("payments", "log-tail-4kx7q", "log-tail-9bzmt"));
  const { check } = guideFor("95edb821-ddaf-4404-9732-666045e056b4", aContext({ place }));
  expect(check).toEqual([
    "kubectl -n payments get ds log-tail -o jsonpath='{.spec.template.spec.containers[*].securityContext}'",
  ]);
});

/** Fields that Kubernetes knows on a container or on a pod alone (core/v1). */
const containerOnly = /privileged|allowPrivilegeEscalation|capabilities|readOnlyRoot|Probe|limits/;
const podOnly = /fsGroup|hostPID|hostIPC|hostNetwork|automount/;

it("says of each line of a manifest on which level it belongs", () => {
  const lines = all
    .map((definition) => guideFor(definition, aContext()))
    .filter(({ source }) => source === "manifest")
    .flatMap(({ change }) => change.filter(({ prose }) => !prose).flatMap((one) => one.lines));
  const onContainer = lines.filter((line) => containerOnly.test(line));
  const onPod = lines.filter((line) => podOnly.test(line));
  expect(onContainer.length).toBeGreaterThan(6);
  expect(onPod.length).toBeGreaterThan(4);
  for (const line of onContainer) expect(line).toContain("# in each container");
  for (const line of onPod) expect(line).toContain("# in the pod spec");
});

it("checks all that a definition judges", () => {
  const { check } = guideFor("47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8", aContext());
  expect(check).toEqual([
    "kubectl -n shop get deploy cart -o jsonpath='{.spec.template.spec.hostPID} {.spec.template.spec.hostIPC}'",
  ]);
});

it("asks for several workloads in one command", () => {
  const place = placesOf(pods("shop", "cart-7d9f8b6c5d-2xk4m", "search-0"));
  const { check } = guideFor("021f8078-41a0-40e6-81b6-c6597da9f3ee", aContext({ place }));
  expect(check[0]).toMatch(/^kubectl -n shop get deploy\/cart sts\/search -o jsonpath='\{range /);
});

it("looks at everything when it knows no place", () => {
  const { check } = guideFor(
    "95edb821-ddaf-4404-9732-666045e056b4",
    aContext({ place: placesOf([]) }),
  );
  expect(check[0]).toContain("kubectl get pods --all-namespaces");
});

it("says where to read on for a definition it does not know", () => {
  const unknown = "11111111-2222-4333-8444-555555555555";
  const entry = guideFor(unknown, aContext({ place: placesOf([]) }));
  expect(entry.title).toBe("Something of theirs");
  expect(entry.why).toContain("Pod security baseline");
  expect(entry.check).toEqual([`az policy definition show --name ${unknown} --query description`]);
  expect(entry.unseen).toContain("no steps");
  expect(titleOf(unknown)).toBeNull();
});

it("warns that the plan Containers takes the place of older ones for good", () => {
  const { effect } = guideForKey("plan:Containers", aContext());
  expect(effect).toContain("cannot be switched on again");
  expect(guideForKey("plan:KeyVaults", aContext()).effect).not.toContain("again");
});

it("finds an entry by a full id in any casing", () => {
  const id =
    "/providers/Microsoft.Authorization/policyDefinitions/95EDB821-DDAF-4404-9732-666045E056B4";
  expect(guideFor(id, aContext()).title).toBe("Privileged container");
});

it("takes no inherited member for an entry", () => {
  expect(titleOf("constructor")).toBeNull();
});

it("knows findings that no policy made", () => {
  expect(guideForKey("addon", aContext()).change[0]?.lines[0]).toMatch(
    /^az aks enable-addons -g rg-shop/,
  );
  expect(guideForKey("sensor", aContext()).title).toBe("Defender sensor off");
  expect(guideForKey("plan:Containers", aContext()).check[0]).toContain(
    "-n Containers --subscription",
  );
  const lacks = aContext({ title: "Defender plan Containers lacks ContainerSensor" });
  expect(guideForKey("plan:Containers", lacks).title).toBe(lacks.title);
  expect(guideForKey("legacy-plans", aContext()).effect).toContain("no way back");
  expect(guideForKey("plan:VirtualMachines", aContext()).change[0]?.lines[0]).toContain(
    "--subplan P1",
  );
});

it("switches on all that shall be on of a plan, with the sub-plan that the policy wants", () => {
  const name = "Containers";
  const extensions = ["AgentlessDiscoveryForKubernetes", "ContainerSensor"];
  const lacks = aContext({ plan: { name, subPlan: null, extensions } });
  const [command, terraform, bicep] = guideForKey(`plan:${name}`, lacks).change.map(
    ({ lines }) => lines[0],
  );
  expect(command).toContain(
    "--tier standard --extensions name=AgentlessDiscoveryForKubernetes isEnabled=True --extensions name=ContainerSensor isEnabled=True --subscription",
  );
  expect(terraform).toContain('extension { name = "AgentlessDiscoveryForKubernetes" }');
  expect(bicep).toContain("{ name: 'ContainerSensor', isEnabled: 'True' }");
  const machines = { name: "VirtualMachines", subPlan: "P2", extensions: ["x' y$(z)"] };
  const raised = guideForKey("plan:VirtualMachines", aContext({ plan: machines }));
  expect(raised.change[0]?.lines[0]).toContain("--subplan P2 --extensions name=xyz isEnabled=True");
  expect(raised.change[1]?.lines[0]).toContain('subplan = "P2"');
  expect(raised.effect).not.toContain("without a list");
});

it("gives a shell nothing to run but the command, whatever the names are", () => {
  const hostile = "x'; echo RAN; '$(echo RAN)`echo RAN`\"";
  const context = aContext({
    name: hostile,
    resourceGroup: hostile,
    subscriptionId: hostile,
    resourceId: `${aClusterId("c")}${hostile}`,
    place: placesOf(pods(hostile, hostile, `${hostile}-0`)),
  });
  const commands = all.flatMap((definition) => {
    const { check, change } = guideFor(definition, context);
    return [
      ...check,
      ...change.filter(({ label }) => label === "az").flatMap(({ lines }) => lines),
    ];
  });
  const script = commands.map((command) => `set -- ${command}\nprintf '%s\\n' "$@"`).join("\n");
  const words = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\n");
  expect(words).toContain(hostile);
  expect(words.filter((word) => word.startsWith("RAN"))).toEqual([]);
  expect(words.filter((word) => /RAN/.test(word) && !word.includes("echo RAN"))).toEqual([]);
});
