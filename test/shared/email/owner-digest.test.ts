import { describe, expect, it } from "vitest";
import type { Case } from "../../../shared/domain/case.ts";
import type { LedgerEntry } from "../../../shared/domain/ledger-entry.ts";
import { ownerDigest } from "../../../shared/email/owner-digest.ts";
import * as f from "../../support/mail-fixtures.ts";

const one = f.aCase();
const mail = ownerDigest(f.aDigestInput({ cases: [one] }));
const plain = (html: string) =>
  html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<br>|<\/div>|<\/td>/g, "\n")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll("\u00a0", " ");
const flat = (text: string) => text.replace(/\s+/g, " ");
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? "");
const at = (text: string, part: string) => {
  expect(text).toContain(part);
  return text.indexOf(part);
};

describe("the subject line", () => {
  it("names cluster and case, and stays the same whatever is found", () => {
    expect(mail.subject).toBe(`aks-shop-prod: security findings (case ${one.id})`);
    const later = f.aCase({ findings: [f.findings.latest], history: [] });
    expect(ownerDigest(f.aDigestInput({ cases: [later] })).subject).toBe(mail.subject);
  });

  it("keeps the case in at most 78 characters, without exclamation marks", () => {
    const long = f.aCase({ name: `!${"very-long-name-".repeat(10)}` });
    const { subject } = ownerDigest(f.aDigestInput({ cases: [long] }));
    expect(subject.length).toBeLessThanOrEqual(78);
    expect(subject).toMatch(/: security findings \(case [0-9A-Z]{8}\)$/);
    expect(subject).not.toContain("!");
  });

  it("counts clusters only when there are several", () => {
    const other = f.aCase({ resourceId: f.aClusterId("b"), name: "b" });
    expect(ownerDigest(f.aDigestInput({ cases: [one, other] })).subject).toBe(
      "2 clusters: security findings",
    );
    expect(ownerDigest(f.aDigestInput({ cases: [one, f.aSubscriptionCase()] })).subject).toBe(
      "2 resources: security findings",
    );
  });

  it("leaves the addresses as they are", () => {
    const to = ["A.B@contoso.com", "c@contoso.com"];
    expect(ownerDigest(f.aDigestInput({ to })).to).toEqual(to);
  });
});

describe("the first screen", () => {
  it("says You, We, If you do nothing, in this order, before anything else", () => {
    const lines = mail.text.split("\n").filter((line) => line !== "");
    expect(lines.slice(2, 5)).toEqual([
      "You:  change 6 workloads and put right 1 setting, the 2 high ones first.",
      "We:   switched on 1 protection today. No workload was restarted; nothing is blocked.",
      "If you do nothing: the tag guardrail-compliance=noncompliant stays; we remind you on Mon 30 Nov.",
    ]);
  });

  it("starts the preheader with the number of things and the You line", () => {
    const preheader = /display:none[^>]*>([^<]*)</.exec(mail.html)?.[1];
    expect(preheader).toBe(
      "4 things to fix, 2 high. Change 6 workloads and put right 1 setting, the 2 high ones first.",
    );
  });

  it("counts a workload with several findings once", () => {
    const twice = f.aCase({
      findings: [
        f.findings.privileged,
        {
          ...f.findings.privileged,
          key: "policy:x",
          definition: "1c6e92c9-99f0-4e55-9cf2-0c234dc48f99",
        },
      ],
    });
    expect(ownerDigest(f.aDigestInput({ cases: [twice] })).text).toContain(
      "You:  change 1 workload.",
    );
  });

  it("says at least where Azure cut the list off", () => {
    const cut = f.aCase({
      findings: [{ ...f.findings.latest, componentCount: 500, cutOff: true }],
    });
    const { text } = ownerDigest(f.aDigestInput({ cases: [cut] }));
    expect(text).toContain("change at least 2 workloads");
    expect(text).toContain("Azure reports at most 500 for one policy and cluster");
  });
});

describe("what is claimed", () => {
  const withFacts = (facts: Partial<typeof one.facts>, act = "enable-addon") =>
    ownerDigest(
      f.aDigestInput({
        cases: [f.aCase({ facts: { ...one.facts, ...facts }, history: [f.aChange({ act })] })],
      }),
    ).text;

  it("does not say that nothing is blocked when policies deny", () => {
    const text = withFacts({ inClusterPolicies: { total: 7, deny: 2 } });
    expect(text).not.toContain("nothing is blocked");
    expect(flat(text)).toContain("2 policies can now block deployments");
    expect(text).toContain("2 of them can block a deployment");
  });

  it("does not say that nothing is blocked by what changes workloads, or does what cannot be told", () => {
    const text = withFacts({ inClusterPolicies: { total: 3, deny: 0, change: 1, unknown: 2 } });
    expect(text).not.toContain("nothing is blocked");
    expect(flat(text)).toContain(
      "3 policies apply here; 1 of them can change what is deployed; what 2 of them can block is not known to us.",
    );
    for (const one of [{ change: 1 }, { unknown: 1 }]) {
      const said = withFacts({ inClusterPolicies: { total: 3, deny: 0, ...one } });
      expect(said).not.toMatch(/nothing is blocked|none of them blocks/);
    }
  });

  it("does not say that nothing is blocked when the policies are not known", () => {
    const text = withFacts({ inClusterPolicies: null });
    expect(text).not.toContain("nothing is blocked");
    expect(text).toContain("Which policies apply in this cluster is not known to us");
  });

  it("says nothing about restarts for the sensor, whose pods start on each node", () => {
    expect(withFacts({}, "enable-sensor")).not.toMatch(/no workload/i);
  });

  it("names the tag only where the cluster carries it", () => {
    expect(withFacts({ tags: {} })).not.toContain("guardrail-compliance=noncompliant");
  });

  it("promises a reminder only when one comes", () => {
    const { text } = ownerDigest(f.aDigestInput({ nextReminder: null }));
    expect(text).not.toContain("remind");
  });

  it("says what it only watches", () => {
    const still = f.aCase({ history: [] });
    const { text } = ownerDigest(f.aDigestInput({ cases: [still], stage: "watch" }));
    expect(text).toContain("We:   changed nothing: so far this service only watches.");
  });

  it("says which part could not be read", () => {
    const blind = f.aCase({
      parts: [{ name: "workload", status: "unreadable", why: "Azure answered 403" }],
    });
    expect(ownerDigest(f.aDigestInput({ cases: [blind] })).text).toContain(
      "Configuration of the workloads: Azure answered 403",
    );
  });
});

describe("each fix", () => {
  it("comes worst first, with severity, place, reason, change and check", () => {
    expect(mail.text).toContain(
      [
        "1. HIGH    Privileged container. It controls its node and every pod on it.",
        "   Where     payments: daemonset log-tail (3 pods)",
        "   Change    securityContext: { privileged: false, allowPrivilegeEscalation: false }        # in each container",
        "   Check     kubectl -n payments get ds log-tail -o jsonpath='{.spec.template.spec.containers[*].securityContext}'",
      ].join("\n"),
    );
    expect(at(mail.text, "1. HIGH")).toBeLessThan(at(mail.text, "2. MEDIUM"));
  });

  it("groups pods by namespace and workload, and says that this is inferred", () => {
    expect(mail.text).toContain("shop: deployment cart (4 pods), statefulset search (3 pods)");
    expect(mail.text).toContain("payments: deployment ledger (2 pods)");
    expect(mail.text).not.toContain("cart-7d9f8b6c5d");
    expect(mail.text).toContain("Workloads are inferred from pod names.");
  });

  it("names first what stands in the way of a change, for those who make it", () => {
    const addon = f.aFinding({
      key: "addon",
      definition: null,
      title: "add-on off",
      components: [],
    });
    const about = { rule: "addon", act: "enable-addon" } as const;
    const asked = (over: Parameters<typeof f.aCase>[0]) => {
      const one = f.aCase({ findings: [addon], refusals: [], ...over });
      return ownerDigest(f.aDigestInput({ cases: [one] })).text;
    };
    const left = { kind: "leave", ...about, lookAgain: null } as const;
    const detail = '"no-privileged" is Deny';
    expect(asked({ decisions: [{ ...left, reason: "would-block", detail }] })).toContain(
      '   First     This would start to refuse deployments ("no-privileged" is Deny).',
    );
    const fix = "Remove the lock for the time of the change.";
    const refusal = { ...about, at: f.now, code: "ScopeLocked", message: "locked", fix };
    expect(asked({ decisions: [], refusals: [refusal] })).toContain(
      "   First     Azure refused this to us (ScopeLocked). Remove the lock",
    );
    const register = "Register the resource provider: az provider register";
    const code = "MissingSubscriptionRegistration";
    expect(
      flat(asked({ decisions: [], refusals: [{ ...refusal, code, fix: register }] })),
    ).toContain(`Azure refused this to us (${code}). ${register}`);
    const stage = { ...left, reason: "stage", detail: "observed only" } as const;
    expect(asked({ decisions: [stage] })).not.toContain("   First ");
  });

  it("asks of a plan all that shall be on of it", () => {
    const plan = { name: "Containers", subPlan: null, extensions: ["ContainerSensor"] };
    const lacks = { ...f.findings.plan, title: "Defender plan Containers lacks it", plan };
    const { text } = ownerDigest(
      f.aDigestInput({ cases: [f.aSubscriptionCase({ findings: [lacks], history: [] })] }),
    );
    expect(text).toContain("--tier standard --extensions name=ContainerSensor isEnabled=True");
  });

  it("sends to manifests only for what stands in manifests", () => {
    const both = [f.findings.privileged, f.findings.localAccounts];
    const headOf = (findings: typeof both) => {
      const fresh = findings.map((finding) => ({ ...finding, firstSeen: f.now }));
      const one = f.aCase({ findings: fresh });
      return flat(ownerDigest(f.aDigestInput({ cases: [one] })).text);
    };
    expect(headOf([f.findings.privileged])).toContain("in your manifests or chart");
    expect(headOf([f.findings.localAccounts])).toContain("at the source");
    expect(headOf(both)).toContain("manifests, charts and templates");
  });

  it("says what we cannot see, and leaves nothing to fill in", () => {
    expect(mail.text).toContain("Not seen  Your load, so no figures from us");
    expect(mail.text).not.toMatch(/<[a-z-]+>/);
  });
});

describe("the parts", () => {
  const fixed = { ...f.findings.latest, resolvedAt: f.now };
  const input = f.aDigestInput({
    cases: [f.aCase({ findings: [f.findings.privileged, f.findings.localAccounts, fixed] })],
  });
  const [only = one] = input.cases;
  const parts = {
    ...input.parts,
    new: input.parts.new.filter(({ key }) => !key.includes("021f8078")),
    fixed: [f.aNotice(only, { key: `fixed:${fixed.key}`, kind: "fixed", title: "old words" })],
  };
  const { text, html } = ownerDigest({ ...input, parts });

  it("are New, Still open, Fixed", () => {
    expect(at(text, "NEW,")).toBeLessThan(at(text, "STILL OPEN,"));
    expect(at(text, "STILL OPEN,")).toBeLessThan(at(text, "FIXED,"));
    expect(text).toContain('Image tag "latest"\n');
    expect(text).not.toContain("MEDIUM");
  });

  it("tell how long something has been open", () => {
    expect(text).toContain("Since     Mon 16 Nov 2026, 7 days");
  });

  it("are the same in HTML", () => {
    const said = plain(html);
    for (const part of ["New", "Still open", "Fixed", "Mon 16 Nov 2026, 7 days"]) {
      expect(said).toContain(part);
    }
  });

  it("say that there is nothing to do when all is fixed", () => {
    const done = f.aCase({ findings: [fixed], history: [] });
    const mailOfDone = ownerDigest(
      f.aDigestInput({ cases: [done], parts: { new: [], stillOpen: [], fixed: parts.fixed } }),
    );
    expect(mailOfDone.text).toContain("You:  nothing to do.");
  });

  it("keep what the case does not show any more", () => {
    const bare = f.aNotice(one, { key: "finding:policy:gone", title: "Something that went" });
    const { text: said } = ownerDigest(
      f.aDigestInput({ cases: [one], parts: { new: [bare], stillOpen: [], fixed: [] } }),
    );
    expect(said).toContain("Something that went");
  });

  it("keep what has no case", () => {
    const orphan = f.aNotice(f.aCase({ resourceId: f.aClusterId("lost") }), { title: "A word" });
    const { text: said } = ownerDigest(
      f.aDigestInput({ cases: [one], parts: { new: [orphan], stillOpen: [], fixed: [] } }),
    );
    expect(said).toContain("lost: A word");
  });
});

describe("each change of ours", () => {
  it("says when, from what to what, what it brings, how to undo it and how to keep it", () => {
    const done = mail.text.slice(at(mail.text, "DONE BY US"));
    expect(done).toMatch(
      /^DONE BY US, Mon 23 Nov 2026\n09:12 Azure Policy add-on: off → on, read back\n/,
    );
    expect(done).toContain(
      "New pods in gatekeeper-system and kube-system. No workload is restarted.",
    );
    expect(done).toContain("7 policies apply here; none of them blocks a deployment.");
    expect(done).toContain("Terraform azure_policy_enabled = true");
    expect(done).toContain("Bicep     addonProfiles: { azurepolicy: { enabled: true } }");
    expect(done).toMatch(
      /Undo {6}az aks disable-addons -g rg-shop -n aks-shop-prod --subscription \S+ -a azure-policy/,
    );
    expect(done).toContain("We then leave it for 7 days.");
  });

  const undoOf = (one: Case, change: Partial<LedgerEntry>) => {
    const changed = { ...one, history: [f.aChange({ subject: one.subject, ...change })] };
    return /Undo {6}(.*)/.exec(ownerDigest(f.aDigestInput({ cases: [changed] })).text)?.[1] ?? "";
  };

  it("keeps a plan with its extensions in templates", () => {
    const { text } = ownerDigest(f.aDigestInput({ cases: [f.aSubscriptionCase()] }));
    expect(text).toContain(
      'tier = "Standard", extension { name = "AgentlessDiscoveryForKubernetes" }',
    );
    expect(text).toContain("{ name: 'ContainerSensor', isEnabled: 'True' }");
    expect(text).toContain("ContainerSensor lets Defender start pods of its own on nodes");
  });

  it("shows, keeps and undoes a plan with what was on before beside what we asked for", () => {
    const [change] = f.aSubscriptionCase().history;
    const before = "on: AgentlessVmScanning, ContainerSensor";
    const after = "on: AgentlessDiscoveryForKubernetes, ContainerSensor";
    const history = [{ ...(change ?? f.aChange()), before, after }];
    const { text } = ownerDigest(f.aDigestInput({ cases: [f.aSubscriptionCase({ history })] }));
    expect(text).toContain(
      "After     on: AgentlessDiscoveryForKubernetes, AgentlessVmScanning, ContainerSensor\n",
    );
    expect(text).toContain('extension { name = "AgentlessVmScanning" }');
    expect(text).toContain("{ name: 'AgentlessVmScanning', isEnabled: 'True' }");
    const undo =
      "--tier standard --extensions name=AgentlessDiscoveryForKubernetes isEnabled=False --extensions name=AgentlessVmScanning isEnabled=True --extensions name=ContainerSensor isEnabled=True";
    expect(text).toContain(undo);
    expect(text).not.toContain("ContainerSensor lets Defender start pods");
  });

  it("takes the sub-plan of any plan for what it is", () => {
    const act = "enable-plan:KeyVaults";
    const made = { act, before: "off", after: "on: PerKeyVault" };
    const history = [f.aChange({ subject: f.aSubscriptionCase().subject, ...made })];
    const { text } = ownerDigest(f.aDigestInput({ cases: [f.aSubscriptionCase({ history })] }));
    expect(text).toContain('tier = "Standard", subplan = "PerKeyVault"\n');
  });

  it("undoes a plan: off, or only what was added to it", () => {
    const plan = { act: "enable-plan:Containers", after: "on: A, B" };
    expect(undoOf(f.aSubscriptionCase(), { ...plan, before: "off" })).toMatch(
      /^az security pricing create -n Containers --tier free --subscription 7c1d4d0e/,
    );
    expect(undoOf(f.aSubscriptionCase(), { ...plan, before: "on: A" })).toContain(
      "--tier standard --extensions name=A isEnabled=True --extensions name=B isEnabled=False",
    );
  });

  it("undoes tags: gone, or back to what they were", () => {
    const after = "guardrail-compliance=noncompliant, guardrail-since=2026-11-23";
    const tags = { act: "write-tags", after };
    expect(undoOf(one, { ...tags, before: null })).toMatch(
      /--operation Delete --tags guardrail-compliance=noncompliant guardrail-since=2026-11-23$/,
    );
    expect(undoOf(one, { ...tags, before: "guardrail-compliance=compliant" })).toMatch(
      /--operation Merge --tags guardrail-compliance=compliant$/,
    );
  });
});

describe("the cost", () => {
  const { text } = ownerDigest(f.aDigestInput({ cases: [f.aSubscriptionCase()] }));

  it("says how much, on what basis, price date, who is billed, trial end, where the real figure is", () => {
    expect(text).toContain("about $140 a month, an estimate: 20 vCores (prod 12, test 8) x 7.");
    expect(text).toContain("Price entered 1 Oct 2026. Billed to subscription Shop.");
    expect(text).toContain("Free trial until Tue 22 Dec 2026");
    expect(text).toContain(
      "20 image scans a vCore are included; further ones are not priced here.",
    );
    expect(text).toContain('Cost Management, service "Microsoft Defender for Cloud"');
  });

  it("is said to be what it would be while the plan is off, or unknown when it is", () => {
    const [estimate] = f.aSubscriptionCase().facts.estimates ?? [];
    if (!estimate) throw new Error("no estimate");
    const isOff = (over: Partial<typeof estimate>) => {
      const estimates = [{ ...estimate, switchedOn: false, ...over }];
      const facts = { ...f.aSubscriptionCase().facts, estimates };
      return f.aSubscriptionCase({ history: [], findings: [f.findings.plan], facts });
    };
    const off = isOff({});
    expect(ownerDigest(f.aDigestInput({ cases: [off] })).text).toContain(
      "it would cost about $140",
    );
    const dark = isOff({ perMonth: null, unknown: "A VM size cannot be read." });
    const said = ownerDigest(f.aDigestInput({ cases: [dark] })).text;
    expect(said).toContain("no estimate. A VM size cannot be read.");
    expect(said).not.toContain("$");
  });
});

describe("the cost of several plans", () => {
  const one = f.aSubscriptionCase();
  const [containers] = one.facts.estimates ?? [];
  const servers = { plan: "VirtualMachines", perMonth: 25, basis: "5 machines x 5" };
  const estimates = containers
    ? [containers, { ...containers, ...servers, switchedOn: false, trialEnds: null }]
    : [];
  const told = (over: Partial<Case>) =>
    ownerDigest(
      f.aDigestInput({
        cases: [f.aSubscriptionCase({ facts: { ...one.facts, estimates }, ...over })],
      }),
    ).text;
  const machines = { ...f.findings.plan, key: "plan:VirtualMachines", severity: "Medium" } as const;

  it("stands beside the change that made it, whatever else is off", () => {
    const text = told({ findings: [machines] });
    expect(text).toContain("Cost      About $140 a month, an estimate.");
    expect(text).toContain("Containers: about $140 a month");
    expect(text).toContain("VirtualMachines: it would cost about $25 a month");
  });

  it("is not told of a plan that is on by others, nor again of a change that was told", () => {
    const fixed = { ...machines, resolvedAt: f.now };
    const text = told({ findings: [fixed], history: [] });
    expect(text).not.toMatch(/would cost|a month/);
  });

  it("is read from a case of an earlier version", () => {
    const estimate = { ...servers, currency: "USD", asOf: "2026-10-01", unknown: null };
    const { estimates: _, ...facts } = one.facts;
    const text = told({ findings: [machines], history: [], facts: { ...facts, estimate } });
    expect(text).toContain("VirtualMachines: it would cost about $25 a month");
  });
});

describe("what was not changed", () => {
  it("says why in plain words, and what would allow it", () => {
    const left = f.aCase({
      history: [],
      decisions: [
        {
          kind: "leave",
          rule: "addon",
          act: "enable-addon",
          reason: "would-block",
          detail: '"no-privileged" is Deny',
          lookAgain: "2026-11-24T08:00:00.000Z",
        },
        {
          kind: "leave",
          rule: "sensor",
          act: null,
          reason: "compliant",
          detail: "it is on",
          lookAgain: null,
        },
      ],
      refusals: [
        {
          act: "write-tags",
          rule: "compliance",
          at: f.now,
          code: "ScopeLocked",
          message: "The lock do-not-touch forbids it",
          fix: "Remove the lock",
        },
      ],
    });
    const { text } = ownerDigest(f.aDigestInput({ cases: [left] }));
    expect(text).toContain(
      'Azure Policy add-on. It would start blocking deployments: "no-privileged" is Deny.',
    );
    expect(text).toContain("Next look Tue 24 Nov 2026, 09:00 (UTC+1)");
    expect(text).toContain("ScopeLocked: The lock do-not-touch forbids it");
    expect(text).toContain("Remove the lock");
    expect(text).not.toContain("it is on");
    expect(text).toContain('We:   changed nothing: Azure refused "Tags" (ScopeLocked).');
  });
});

describe("the end", () => {
  it("says how to get an exemption, how to pause, why you, how old, and what this is", () => {
    expect(mail.text).toContain("at most 180 days");
    expect(mail.text).toContain(`Keep "case ${one.id}" in the`);
    expect(mail.text).toContain("guardrail-pause-until=2026-11-30");
    expect(mail.text).toContain(
      "WHY YOU: tag owner on resource group rg-shop. Wrong team? Change that tag.",
    );
    expect(mail.text).toContain("READ FROM AZURE: 10:04 (UTC+1).");
    expect(mail.text).toContain("ABOUT THIS SERVICE: https://wiki.contoso.com/guardrail\n");
  });

  it("tells how to correct an owner that no tag named", () => {
    const { text } = ownerDigest(
      f.aDigestInput({ why: "the security contact of the subscription" }),
    );
    expect(flat(text)).toContain('Set the tag "owner" on the resource or its resource group');
  });

  it("offers no pause where there is no cluster", () => {
    const { text } = ownerDigest(f.aDigestInput({ cases: [f.aSubscriptionCase()] }));
    expect(text).not.toContain("guardrail-pause-until");
  });
});

describe("the page", () => {
  it("links to the resource in the portal and to the page about this service, and nowhere else", () => {
    expect(new Set(hrefs(mail.html))).toEqual(
      new Set([
        `https://portal.azure.com/#resource${one.resourceId}`,
        "https://wiki.contoso.com/guardrail",
      ]),
    );
  });

  it("loads nothing: no images, no scripts, no addresses in styles", () => {
    expect(mail.html).not.toMatch(/<img|<script|<link|url\(|src=|@import|background=/i);
  });

  it("is laid out in tables for Outlook, and says that it can be dark", () => {
    expect(mail.html).not.toMatch(/display:\s*(?:flex|grid)/);
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark">');
    expect(mail.html).toContain("@media (prefers-color-scheme:dark)");
    expect(mail.html).toContain('<meta name="viewport"');
  });

  it("says all that the plain text says", () => {
    const said = plain(mail.html).replace(/\s+/g, " ");
    const words = mail.text
      .split("\n")
      .filter((line) => /^ {3}(?:Where|Change|Check|Since|Effect) /.test(line))
      .map((line) => line.trim().replace(/^\w+ +/, ""));
    expect(words.length).toBeGreaterThan(10);
    for (const word of words) expect(said).toContain(word.replace(/\s+/g, " "));
  });

  it("has a heading with its own link for each of several resources", () => {
    const other = f.aCase({
      resourceId: f.aClusterId("b"),
      name: "b",
      findings: [f.findings.latest],
    });
    const { html, text } = ownerDigest(f.aDigestInput({ cases: [other, one] }));
    expect(hrefs(html)).toContain(`https://portal.azure.com/#resource${other.resourceId}`);
    expect(at(text, "== aks-shop-prod")).toBeLessThan(at(text, "== b "));
  });
});

it("tells alerts with the rest, first, and tests as tests", () => {
  const alert = f.anAlert();
  const test = f.anAlert({ id: "t", title: "A sample", test: true });
  const { text } = ownerDigest(
    f.aDigestInput({
      cases: [one],
      alerts: [test, alert],
      parts: {
        new: [
          f.alertNotice(one, alert),
          f.alertNotice(one, test),
          f.findingNotice(one, f.findings.privileged),
        ],
        stillOpen: [],
        fixed: [],
      },
    }),
  );
  expect(text).toContain("You:  look into the alert first; then change 1 workload.");
  expect(at(text, "Exposed Kubernetes dashboard")).toBeLessThan(at(text, "Privileged container"));
  expect(text).toContain("TEST    A sample. A simulated alert");
});
