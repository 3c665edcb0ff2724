import type { Gateways } from "../../shared/azure/ports.ts";
import { imageFacts } from "../../shared/decisions/image-facts.ts";
import { findingsInCase } from "../../shared/decisions/image-findings.ts";
import { decideImageNotices } from "../../shared/decisions/image-notices.ts";
import { decideImages, type ImageJudgement } from "../../shared/decisions/images.ts";
import type { ImagesLook } from "../../shared/decisions/judge-registry.ts";
import { mergeImages, rememberedOf, sameImages } from "../../shared/decisions/kept-images.ts";
import { repositoryRecipients } from "../../shared/decisions/recipients.ts";
import { after as plus } from "../../shared/decisions/time.ts";
import type { Scanning } from "../../shared/domain/image-finding.ts";
import type { KeptImage } from "../../shared/domain/kept-image.ts";
import type { Recipients } from "../../shared/domain/owner.ts";
import type { Wait } from "../../shared/domain/refusal.ts";
import type { InForceSource } from "./in-force.ts";
import { leaveNotices } from "./notices.ts";

type Parts = Pick<Gateways, "registries" | "keptImages" | "notices" | "digests" | "agenda">;

/** A look at a registry's images. */
export interface ImagesInput {
  readonly subject: string;
  /** By its name the policy knows owners of repositories. */
  readonly registry: string;
  readonly scanning: Scanning;
  /** Whom to tell of repositories that the policy names nobody for. */
  readonly owners: Recipients;
  /** Under which the case keeps images now. */
  readonly version: string | null;
}

/** What is told of a registry's images. */
export interface TellImagesInput {
  readonly subject: string;
  readonly caseId: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Nobody was told of what was there before. */
  readonly untold: boolean;
  /** When the case was last written: what was left since is a repeat. */
  readonly since: string | null;
}

/**
 * The images of a registry, however many: they are read, judged and kept here, and what goes back fits
 * into an answer. Azure actions: Microsoft.ResourceGraph/resources/read,
 * Microsoft.Security/assessments/read. Tables: images, notices, digests, agenda.
 */
export const imageActivities = (parts: Parts, source: InForceSource, now: () => string) => ({
  judgeImages: async (
    input: ImagesInput,
  ): Promise<Extract<ImagesLook, { kind: "read" }> | Wait> => {
    const found = await parts.registries.images(input.subject);
    if (found.kind === "wait") return found;
    const [{ policy }, before] = await Promise.all([
      source.recent(),
      keptUnder(parts, input.subject, input.version),
    ]);
    const at = now();
    const { assessments, running } = found;
    const judgement = decideImages(
      { assessments, running, scanning: input.scanning, before: rememberedOf(before), now: at },
      policy.rules.images,
    );
    const ownersOf = ownersBy((repository) =>
      repositoryRecipients(policy, { registry: input.registry, repository }, input.owners),
    );
    const kept = mergeImages(before, { judgement, ownersOf, now: at });
    const version = sameImages(before, kept)
      ? input.version
      : await parts.keptImages.write(input.subject, kept, at);
    const isSilent = assessments.length === 0 && kept.length === 0;
    return {
      kind: "read",
      findings: findingsInCase(kept),
      facts: imageFacts({ assessments, judgement, kept, version }),
      unjudged: unjudged(judgement, isSilent),
    };
  },

  /** Leaves notices for each set of owners; answers how many of them have something to read. */
  tellImages: async (input: TellImagesInput) => {
    const [before, after] = await Promise.all([
      keptUnder(parts, input.subject, input.before),
      keptUnder(parts, input.subject, input.after),
    ]);
    const at = now();
    const told = decideImageNotices({
      ...input,
      before,
      after,
      now: at,
      notBefore: plus(at, { minutes: 10 }),
    });
    for (const { to, notices } of told) {
      await leaveNotices(parts, { to, notices, since: input.since }, at);
    }
    return { owners: told.length };
  },

  /** Removes what was kept under a version that the case names no longer. */
  dropImages: async (input: {
    subject: string;
    version: string | null;
    current: string | null;
  }) => ({
    removed: await parts.keptImages.remove(input.subject, { ...input, now: now() }),
  }),
});

async function keptUnder(
  { keptImages }: Pick<Parts, "keptImages">,
  subject: string,
  version: string | null,
): Promise<readonly KeptImage[]> {
  return version === null ? [] : ((await keptImages.read(subject, version)) ?? []);
}

/** A registry without one result and without one known image is not known to be clean. */
const unjudged = (judgement: ImageJudgement, isSilent: boolean): ImageJudgement["unjudged"] =>
  judgement.unjudged ?? (isSilent ? { reason: "not-assessed", why: null } : null);

/** Many images share a repository. */
function ownersBy(find: (repository: string) => Recipients): (repository: string) => Recipients {
  const known = new Map<string, Recipients>();
  return (repository) => {
    const owners = known.get(repository) ?? find(repository);
    known.set(repository, owners);
    return owners;
  };
}
