import { imageName } from "../decisions/image-findings.ts";
import { type Card, firstOf, prose } from "./document.ts";
import {
  checkRows,
  type ImageInCase,
  rollOut,
  severityOf,
  unseenRows,
  whereRows,
} from "./image-parts.ts";
import { counted, line } from "./plain.ts";

const mostKinds = 5;

/**
 * What to do about secrets in an image: they are revoked first, because a new image ends the use of
 * none. The secret and its place are never told: we do not read them.
 */
export function secretCard(image: ImageInCase, mark: string): Card {
  const { finding } = image.kept;
  const kinds = firstOf(finding.secrets, mostKinds);
  const one = finding.secrets.length === 1;
  const them = one ? "it" : "them";
  return {
    kind: "card",
    mark,
    severity: severityOf(finding),
    title: line(imageName(finding.image), 140),
    body: `${one ? "A secret lies" : `Secrets of ${finding.secrets.length} kinds lie`} in this image. Whoever can pull it can read ${them}.`,
    rows: [
      ...whereRows(image),
      prose(
        "Found",
        ...kinds.shown.map(({ kind, severity }) => `${line(kind, 120)}, ${severity.toLowerCase()}`),
        ...(kinds.rest > 0 ? [`and ${counted(kinds.rest, "more kind")}`] : []),
      ),
      prose(
        "Change",
        `First revoke ${them} where ${one ? "it was" : "they were"} issued: only that ends the use.`,
        `Then rebuild the image without ${them}, in no layer, and delete this one. Let the workload read ${one ? "the new secret" : "new ones"} when it runs, for example from Key Vault.`,
      ),
      ...rollOut(finding),
      ...checkRows(image),
      prose(
        "Not seen",
        `The ${one ? "secret" : "secrets"} and where in the image: we do not read that; Defender for Cloud in the portal shows where. Whether ${one ? "it is" : "they are"} revoked, only the issuer can tell.`,
      ),
      ...unseenRows(image.kept),
    ],
  };
}
