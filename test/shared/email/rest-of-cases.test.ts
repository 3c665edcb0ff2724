import { expect, it } from "vitest";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import * as f from "../../support/mail-fixtures.ts";

const aClusterCase = (place: number, over: Parameters<typeof f.aCase>[0] = {}) => {
  const resourceId = f.aClusterId(`aks-${place}`);
  const history = [f.aChange({ id: `change-${place}`, subject: resourceId.toLowerCase() })];
  return f.aCase({ resourceId, name: `aks-${place}`, findings: [], history, ...over });
};
const inFull = [1, 2, 3, 4, 5].map((place) =>
  aClusterCase(place, { findings: [f.findings.localAccounts] }),
);
const flat = (text: string) => text.replace(/\s+/g, " ");

it("tells in short of the sixth resource and on what no later mail repeats: alerts, changes, fixed, left", () => {
  const sixth = aClusterCase(6, {
    decisions: [
      {
        ...{ kind: "leave", rule: "sensor", act: "enable-sensor", lookAgain: null },
        ...{ reason: "stopped", detail: "it is <b>stopped</b>" },
      },
    ],
  });
  const last = aClusterCase(7, { gone: true });
  const alert = f.anAlert({ id: "a7", severity: "Medium", title: "Odd <b>process</b>" });
  const own = { ...alert, resource: last.subject, subject: last.subject };
  const cases = [...inFull, sixth, last];
  const input = f.aDigestInput({ cases, alerts: [own] });
  const fixed = f.aNotice(sixth, { key: "fixed:addon", kind: "fixed", title: "Add-on is off" });
  const bare = f.aNotice(sixth, { key: "finding:gone", title: "Something that went" });
  const fresh = [...input.parts.new, f.alertNotice(last, own), bare];
  const parts = { ...input.parts, new: fresh, fixed: [fixed] };
  const { text, html } = ownerDigest({ ...input, parts });
  const rest = text.slice(text.indexOf("2 MORE RESOURCES"));
  expect(rest).toContain("aks-7: MEDIUM: Odd <b>process</b>");
  expect(rest).toContain("aks-6: Add-on is off");
  expect(rest).toContain("aks-6: Something that went");
  expect(rest).toContain("aks-7: Azure does not know this resource any more.");
  expect(flat(rest)).toContain(
    "Azure Policy add-on: off → on, read back. aks-7, Mon 23 Nov 09:12; aks-6, Mon 23 Nov 09:12. Undo az",
  );
  for (const name of ["aks-6", "aks-7"]) {
    expect(rest).toMatch(new RegExp(`^ +(?:Undo +)?az aks disable-addons .*-n ${name} `, "m"));
  }
  expect(flat(rest)).toContain("aks-6: Defender sensor");
  expect(html).toContain("Odd &lt;b&gt;process");
  expect(html).not.toContain("<b>process</b>");
});

it("counts the changes of one resource that it does not show", () => {
  const [one] = inFull;
  const history = Array.from({ length: 40 }, (_, place) => f.aChange({ id: `c${place}` }));
  const { text } = ownerDigest(f.aDigestInput({ cases: [{ ...(one ?? f.aCase()), history }] }));
  const full = text.match(/off → on, read back\n/g)?.length ?? 0;
  const short = flat(text).match(/aks-1, Mon 23 Nov/g)?.length ?? 0;
  const rest = Number(/and (\d+) more\n/.exec(text)?.[1] ?? 0);
  expect(short).toBeGreaterThan(0);
  expect(full + short + rest).toBe(40);
});

it("keeps the way back of what we changed on 15 more resources within the size of a mail", () => {
  const cases = Array.from({ length: 20 }, (_, place) => ({
    ...aClusterCase(place),
    findings: f.aCase().findings,
  }));
  const { text, html } = ownerDigest(f.aDigestInput({ cases }));
  expect(new TextEncoder().encode(html).length).toBeLessThanOrEqual(90 * 1024);
  expect(text.match(/az aks disable-addons/g)).toHaveLength(20);
});
