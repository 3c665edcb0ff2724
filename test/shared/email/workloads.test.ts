import { expect, it } from "vitest";
import { placesOf } from "../../../shared/email/workloads.ts";
import { pods } from "../../support/mail-fixtures.ts";

const kinds = (...names: readonly string[]) =>
  placesOf(pods("shop", ...names)).workloads.map(
    ({ kind, name, pods: all }) => `${kind} ${name} ${all.length}`,
  );

it("infers what runs a pod from its name", () => {
  expect(kinds("cart-7d9f8b6c5d-2xk4m", "cart-7d9f8b6c5d-8vqzt")).toEqual(["deployment cart 2"]);
  expect(kinds("search-0", "search-1")).toEqual(["statefulset search 2"]);
  expect(kinds("log-tail-4kx7q", "log-tail-9bzmt")).toEqual(["daemonset log-tail 2"]);
  expect(kinds("nightly-29394720-x7kqd")).toEqual(["cronjob nightly 1"]);
  expect(kinds("import-job-x7kqd")).toEqual(["job import-job 1"]);
  expect(kinds("debug")).toEqual(["pod debug 1"]);
});

it("claims no kind where one name fits several", () => {
  expect(kinds("agent-x7kqd")).toEqual(["workload agent 1"]);
});

it("takes two rollouts of one deployment for one", () => {
  expect(kinds("cart-7d9f8b6c5d-2xk4m", "cart-5b4f9cd78b-8vqzt")).toEqual(["deployment cart 2"]);
});

it("keeps namespaces apart, and counts a pod named twice once", () => {
  const { workloads } = placesOf([
    ...pods("a", "cart-7d9f8b6c5d-2xk4m", "cart-7d9f8b6c5d-2xk4m"),
    ...pods("b", "cart-7d9f8b6c5d-8vqzt"),
  ]);
  expect(workloads.map(({ namespace, pods: all }) => [namespace, all.length])).toEqual([
    ["a", 1],
    ["b", 1],
  ]);
});

it("keeps what is no pod as it is called", () => {
  const component = { type: "Ingress", namespace: "shop", name: "web", reason: null };
  const role = { type: "ClusterRole", namespace: "", name: "ops", reason: null };
  expect(placesOf([component, role]).others).toEqual([
    { type: "ingress", namespace: "shop", name: "web" },
    { type: "clusterrole", namespace: null, name: "ops" },
  ]);
});
