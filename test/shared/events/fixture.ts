import { readFileSync } from "node:fs";

/** An event of the fixtures, by its path below `test/fixtures/events`. */
export const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/events/${path}`, import.meta.url), "utf8"));

export const subscription = "/subscriptions/5d2c8f10-7b3e-4a41-9f6d-2b1c0e9a7d55";
export const cluster = `${subscription}/resourcegroups/rg-shop/providers/microsoft.containerservice/managedclusters/aks-shop-prod`;
export const registry = `${subscription}/resourcegroups/rg-shop/providers/microsoft.containerregistry/registries/crshop`;
export const now = "2026-11-23T09:00:00.000Z";
export const own = {
  principalId: "3f7f3a55-0a7d-4c34-9c3e-4f0f7f1b7c01",
  appId: "9a4f1e0c-2d7b-4f5a-8a3e-6b1c2d3e4f50",
};
