import { z } from "zod";

const armId = z
  .string()
  .regex(/^\/[^\s?#]+$/, "must be an ARM id that begins with a slash, as GET answers it in `id`");
const isoTime = z.iso.datetime({
  offset: true,
  error: "must be an ISO time such as 2026-11-23T08:00:00Z",
});
const times = z.int().positive().optional();

const Violation = z.looseObject({
  policyDefinitionId: armId,
  componentType: z.string().min(1),
  componentId: z.string().min(1),
  componentName: z.string().min(1),
  reason: z.string().optional(),
});

/** What the Policy add-on would find inside a cluster; seen once the add-on has run a while. */
export const InClusterViolations = z.strictObject({
  kind: z.literal("InClusterViolations"),
  cluster: armId,
  violations: z.array(Violation),
});
export type InClusterViolations = z.infer<typeof InClusterViolations>;

const mannerOf = <B extends string>(behaviour: B) => ({
  kind: z.literal("Manner"),
  resource: armId,
  behaviour: z.literal(behaviour),
});

/** A special behaviour of one resource. */
export const Manner = z.discriminatedUnion("behaviour", [
  // Another operation holds the resource until then; its state becomes Succeeded after it.
  z.strictObject({ ...mannerOf("busy-until"), until: isoTime }),
  // Azure Policy denies every write.
  z.strictObject({ ...mannerOf("write-denied-by-policy"), policy: z.string().min(1) }),
  // A write is accepted and ends as Failed.
  z.strictObject({
    ...mannerOf("operation-fails"),
    code: z.string().optional(),
    message: z.string().optional(),
    times,
  }),
  // A write is accepted and another operation displaces it.
  z.strictObject({ ...mannerOf("operation-preempted"), times }),
  // A write is accepted and never ends.
  z.strictObject({ ...mannerOf("operation-never-ends"), times }),
  // A write while the resource is busy displaces the running operation instead of being refused.
  z.strictObject({ ...mannerOf("busy-yields-to-writes") }),
  // A Defender plan: the roles of these extensions (default: all) cannot be assigned.
  z.strictObject({
    ...mannerOf("extension-role-assignment-fails"),
    extensions: z.array(z.string()).optional(),
    times,
  }),
  // A write of a cluster is checked against what it refers to, and the caller has no right there.
  z.strictObject({ ...mannerOf("linked-authorization-fails"), linked: armId, action: z.string() }),
]);
export type Manner = z.infer<typeof Manner>;

const severity = z.enum(["Critical", "High", "Medium", "Low", "Unknown"]);

/** What Defender finds wrong with one piece of software in an image. */
export const ImageSoftware = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  /** Null = nobody has fixed it yet. */
  fixedVersion: z.string().min(1).nullable(),
  severity: z.enum(["Critical", "High", "Medium", "Low"]),
  cves: z.array(z.strictObject({ id: z.string().min(1), severity })),
  /** An exemption covers it: Defender answers it as not applicable. */
  exempt: z.boolean().optional(),
});
export type ImageSoftware = z.infer<typeof ImageSoftware>;

/** A secret that Defender finds in an image; `kind` is what its recommendation is called. */
export const ImageSecret = z.strictObject({
  kind: z.string().min(1),
  severity: z.enum(["Critical", "High", "Medium", "Low"]),
  /** An exemption covers it: Defender answers it as not applicable. */
  exempt: z.boolean().optional(),
});
export type ImageSecret = z.infer<typeof ImageSecret>;

/** Where an image runs. */
export const ImagePlace = z.strictObject({ cluster: armId, namespace: z.string().min(1) });
export type ImagePlace = z.infer<typeof ImagePlace>;

/** An image as it lies in a registry. */
export const RegistryImage = z.strictObject({
  repository: z
    .string()
    .regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/, "must be a repository such as team-a/shop"),
  tags: z.array(z.string().min(1)),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 hex digits in lower case"),
  pushedAt: isoTime,
  runsIn: z.array(ImagePlace).optional(),
  software: z.array(ImageSoftware).refine(namedOnce, "names the same software twice"),
  secrets: z.array(ImageSecret).optional(),
  /** False: of a kind that Defender does not scan, or not pulled lately. Azure then shows nothing of it. */
  scanned: z.boolean().optional(),
});
export type RegistryImage = z.infer<typeof RegistryImage>;

function namedOnce(software: readonly { readonly name: string }[]): boolean {
  return new Set(software.map(({ name }) => name)).size === software.length;
}

/** What lies in a registry; Defender's findings follow from it where its plan scans images. */
export const Images = z.strictObject({
  kind: z.literal("Images"),
  registry: armId,
  images: z.array(RegistryImage),
});
export type Images = z.infer<typeof Images>;

const retryAfter = z.union([z.int().positive(), z.literal("date"), z.null()]);

/** What goes wrong. */
export const FaultKind = z.union([
  z.strictObject({
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    // Seconds; "date" = a date 30 seconds ahead; null or absent = no header.
    retryAfter: retryAfter.optional(),
    // The request takes effect before the error is answered.
    afterEffect: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.enum([
      "reset-before",
      "reset-after",
      // The connection stays open and nothing comes.
      "no-answer",
      "no-answer-after",
      "malformed-json",
      "html",
      "truncated-page",
      "expired-token",
      "operation-fails",
      "operation-canceled",
      "operation-preempted",
      "operation-never-ends",
    ]),
  }),
  // Someone else sets this tag on the resource right before the request is carried out.
  z.strictObject({ kind: z.literal("overtaken"), tag: z.string().min(1) }),
  z.strictObject({ kind: z.literal("slow"), milliseconds: z.int().positive() }),
]);
export type FaultKind = z.infer<typeof FaultKind>;

/** A declared misbehaviour: which requests it hits, how, and how often. */
export const FaultRule = z.strictObject({
  kind: z.literal("Fault").optional(),
  match: z.strictObject({
    method: z.string().toUpperCase(),
    pathTemplate: z
      .string()
      .startsWith("/", "must be a path template such as /{scope}/providers/..."),
    act: z.string().optional(),
  }),
  fault: FaultKind,
  when: z.union([
    z.enum(["first", "every"]),
    z.strictObject({ probability: z.number().min(0).max(1), seed: z.int() }),
  ]),
});
export type FaultRule = z.infer<typeof FaultRule>;
