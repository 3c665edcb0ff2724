/**
 * Built-in definitions about the add-on and the sensor. Both are read from the cluster itself, which
 * is fresher than Azure Policy's verdict: telling both would tell one thing twice.
 */
const definitions: ReadonlySet<string> = new Set([
  "0a15ec92-a229-4763-bb14-0ea34a568f8d",
  "a8eff44f-8c92-45c3-a3fb-9880802d67a7",
  "a1840de2-8088-4ea8-b153-b4c723e9cb01",
  "64def556-fbad-4622-930e-72d1d5589bf5",
]);

/** Whether what a definition asks is read from the cluster itself. */
export const isReadDirectly = (definition: string): boolean =>
  definitions.has(definition.toLowerCase());
