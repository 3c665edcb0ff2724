import * as z from "zod";
import {
  type Image,
  type ImageAssessment,
  type ImageSeverity,
  imageSeverities,
  worstOf,
} from "../domain/image-finding.ts";

/** Values that are lists or objects travel as such or as JSON text, from tenant to tenant. */
const Loose = z.unknown().transform(looselyRead);

function looselyRead(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "object" ? read : value;
  } catch {
    return value;
  }
}

const List = Loose.transform((value): readonly string[] => {
  const texts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [];
  return texts.map((text) => String(text).trim()).filter(Boolean);
});

const Scanner = z.looseObject({
  DetectedSoftwareVersions: List.optional(),
  FixedVersion: z.string().nullish(),
  FixStatus: z.string().nullish(),
});

const Scanners = Loose.pipe(z.record(z.string(), Scanner.catch({})).catch({})).transform((all) =>
  Object.values(all),
);

const About = Loose.pipe(
  z
    .looseObject({
      Digest: z.string().nullish(),
      Tags: List.optional(),
      LastPushedToRegistryUTC: z.string().nullish(),
      RepositoryDetails: z
        .looseObject({
          RepositoryName: z.string().nullish(),
          LastPushedToRegistryUTC: z.string().nullish(),
        })
        .nullish(),
    })
    .catch({}),
);

const Texts = z.array(z.string()).nullish();

const Row = z.object({
  id: z.string(),
  isSecret: z.union([z.boolean(), z.number()]).nullish(),
  entity: z.string().nullish(),
  image: About,
  title: z.string().nullish(),
  software: z.string().nullish(),
  severity: z.string().nullish(),
  status: z.string().nullish(),
  cause: z.string().nullish(),
  changed: z.string().nullish(),
  first: z.string().nullish(),
  installed: List,
  fixed: z.string().nullish(),
  fixStatus: z.string().nullish(),
  scanners: Scanners,
  cves: Texts,
  severities: Texts,
  fixes: Texts,
  fixExists: z.union([z.boolean(), z.number()]).nullish(),
});
type Row = z.output<typeof Row>;

/** A recommendation about software, or a secret, in an image, as Resource Graph's projected row says it. */
export const AssessmentRow = Row.transform((row): ImageAssessment => {
  if (row.isSecret) return secretOf(row);
  const cves = cvesOf(row);
  const scanned = row.scanners.flatMap(({ DetectedSoftwareVersions: found }) => found ?? []);
  const fixed = fixedIn(row);
  return {
    image: imageOf(row),
    about: "software",
    software: row.software || (row.title ?? "").replace(/^Update\s+/i, "") || "unknown software",
    installed: row.installed.length > 0 ? row.installed : [...new Set(scanned)],
    fixed,
    fixable: fixed !== null || saysFixable(row),
    severity: worstOf([severityOf(row.severity), ...cves.map(({ severity }) => severity)]),
    cves: cves.map(({ id }) => id),
    status: statusOf(row.status),
    cause: row.cause || null,
    since: row.changed || row.first || null,
  };
});

/** Nothing is taken over but what kind of secret it is. */
function secretOf(row: Row): ImageAssessment {
  return {
    image: imageOf(row),
    about: "secret",
    software: row.title || "a secret of a kind that Defender does not name",
    installed: [],
    fixed: null,
    fixable: true,
    severity: severityOf(row.severity),
    cves: [],
    status: statusOf(row.status),
    cause: row.cause || null,
    since: row.changed || row.first || null,
  };
}

function imageOf({ id, entity, image }: Row): Image {
  const place = /^(.+?)\/providers\/microsoft\.security\//i.exec(id)?.[1] ?? id;
  const about = image.RepositoryDetails;
  const named = /\/repositories-(.+)-images-sha256:/i.exec(entity ?? "")?.[1];
  return {
    registry: place.toLowerCase(),
    repository: about?.RepositoryName || named || "unknown repository",
    digest: image.Digest || /sha256:[0-9a-f]+/i.exec(entity ?? "")?.[0].toLowerCase() || "",
    tags: [...(image.Tags ?? [])].sort(),
    pushedAt: image.LastPushedToRegistryUTC || about?.LastPushedToRegistryUTC || null,
  };
}

/** Ids with their severities, worst first; severities count only where each id has its own. */
function cvesOf({ cves, severities }: Row) {
  const ids = cves ?? [];
  const rated = severities?.length === ids.length ? severities : [];
  return ids
    .map((id, at) => ({ id, severity: severityOf(rated[at]) }))
    .sort((left, right) => rank(right.severity) - rank(left.severity));
}

const rank = (severity: ImageSeverity): number => imageSeverities.indexOf(severity);

/** The version that fixes all: the row's own, a scanner's, or the highest of the vulnerabilities'. */
function fixedIn({ fixed, scanners, fixes }: Row): string | null {
  if (fixed) return fixed;
  const byScanner = scanners.find(({ FixedVersion }) => FixedVersion)?.FixedVersion;
  const numeric = (left: string, right: string) =>
    left.localeCompare(right, "en", { numeric: true });
  return byScanner || ([...(fixes ?? [])].sort(numeric).at(-1) ?? null);
}

function saysFixable({ fixStatus, fixExists, scanners }: Row): boolean {
  const words = [fixStatus, ...scanners.map(({ FixStatus }) => FixStatus)];
  return Boolean(fixExists) || words.some((word) => word?.toLowerCase() === "fixavailable");
}

function severityOf(word: string | null | undefined): ImageSeverity {
  return imageSeverities.find((one) => one.toLowerCase() === word?.toLowerCase()) ?? "Unknown";
}

/** A status that nobody knows is taken for a finding: it is not known to be none. */
function statusOf(code: string | null | undefined): ImageAssessment["status"] {
  const word = code?.toLowerCase();
  if (word === "healthy") return "healthy";
  return word === "notapplicable" ? "not-applicable" : "unhealthy";
}
