import type { DefenderAlert } from "../domain/alert.ts";
import type { MailRules } from "../domain/policy.ts";
import { type Card, firstOf, linked, prose, type Row } from "./document.ts";
import { onlyPortal, portalLink } from "./links.ts";
import { line, linesOfMarkup } from "./plain.ts";
import { momentOf } from "./when.ts";

const mostSteps = 12;

/** An alert with Defender's own steps; its texts are never markup here. */
export function alertCard(alert: DefenderAlert, mark: string, mail: MailRules): Card {
  const portal = onlyPortal(alert.link);
  return {
    kind: "card",
    mark,
    severity: alert.test ? "Test" : alert.severity,
    title: line(alert.title, 160),
    body: alert.test
      ? "A simulated alert, marked as a sample by Defender. Nothing has happened."
      : linesOfMarkup(alert.description, 600).join(" ") || null,
    rows: [
      prose("When", whenLine(alert, mail)),
      ...(alert.test ? [prose("Severity", `${alert.severity}, as a test`)] : []),
      ...about(alert),
      ...steps(alert),
      ...(portal
        ? linked("Alert", "Open the alert in the Azure portal", portal)
        : linked("Resource", "Open the resource in the Azure portal", portalLink(alert.resource))),
    ],
  };
}

/** The same on one line. */
export const alertLine = (alert: DefenderAlert): string =>
  `${alert.test ? "TEST" : alert.severity.toUpperCase()}: ${line(alert.title, 120)}`;

function whenLine({ startedAt, seenAt }: DefenderAlert, mail: MailRules): string {
  const started = momentOf(mail, startedAt);
  const seen = momentOf(mail, seenAt);
  return started === seen ? started : `${started}; reported to us ${seen}`;
}

function about({ about: things }: DefenderAlert): readonly Row[] {
  const { shown, rest } = firstOf(things, 8);
  if (shown.length === 0) return [];
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return [prose("About", [...shown.map((thing) => line(thing, 100)), ...more].join(", "))];
}

function steps({ remediation, test }: DefenderAlert): readonly Row[] {
  const written = remediation.flatMap((step) => linesOfMarkup(step, 1_500));
  if (written.length === 0) {
    return test ? [] : [prose("Steps", "Defender gave no steps. Start with the alert's page.")];
  }
  const { shown, rest } = firstOf(written, mostSteps);
  const more = rest > 0 ? [`and ${rest} more, on the alert's page`] : [];
  return [
    prose("Steps", "Defender's own steps:", ...shown.map((step) => line(step, 300)), ...more),
  ];
}
