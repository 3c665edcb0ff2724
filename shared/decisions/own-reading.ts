/**
 * Built-in definitions about the add-on and the sensor, which are read from the cluster itself, and
 * about images in registries, which are read from Defender: that is fresher than Azure Policy's
 * verdict, and telling both would tell one thing twice.
 */
const definitions: ReadonlySet<string> = new Set([
  "0a15ec92-a229-4763-bb14-0ea34a568f8d",
  "a8eff44f-8c92-45c3-a3fb-9880802d67a7",
  "a1840de2-8088-4ea8-b153-b4c723e9cb01",
  "64def556-fbad-4622-930e-72d1d5589bf5",
  "090c7b07-b4ed-4561-ad20-e9075f3ccaff",
  "5f0f936f-2f01-4bf5-b6be-d423792fa562",
]);

/** Whether what a definition asks is read from the resource itself. */
export const isReadDirectly = (definition: string): boolean =>
  definitions.has(definition.toLowerCase());
