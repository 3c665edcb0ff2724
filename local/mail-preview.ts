import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Message } from "../shared/domain/notice.ts";
import { alertMail } from "../shared/email/alert-mail.ts";
import { operatorsMail } from "../shared/email/operators-mail.ts";
import { ownerDigest } from "../shared/email/owner-digest.ts";
import * as fixtures from "../test/support/mail-fixtures.ts";

/**
 * Writes the mails of the test fixtures into a folder, as .html and .txt, to be looked at:
 * `node local/mail-preview.ts [folder]`. A picture of one, as on a phone:
 *
 *     chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
 *       --window-size=360,2400 --screenshot=mail.png demo-out/preview/owner.html
 *
 * and in the dark with `--blink-settings=preferredColorScheme=0`. docs/images/owner-mail.png is
 * owner.html at `--window-size=800,2120`, then `convert mail.png +dither -colors 64 png8:out.png`.
 */
const folder = resolve(process.argv[2] ?? "demo-out/preview");

const cluster = fixtures.aCase();
const second = fixtures.aCase({
  resourceId: fixtures.aClusterId("aks-shop-test"),
  name: "aks-shop-test",
  findings: [fixtures.findings.limits],
  history: [],
});
const subscription = fixtures.aSubscriptionCase();

const mails: Readonly<Record<string, Message>> = {
  owner: ownerDigest(fixtures.aDigestInput({ cases: [cluster] })),
  "owner-of-three": ownerDigest(fixtures.aDigestInput({ cases: [cluster, second, subscription] })),
  alert: alertMail(fixtures.anAlertInput({ count: 4 })),
  "test-alert": alertMail(fixtures.anAlertInput({ alerts: [fixtures.anAlert({ test: true })] })),
  operators: operatorsMail(fixtures.aReport(), fixtures.mailRules, fixtures.now),
};

await mkdir(folder, { recursive: true });
for (const [name, { subject, html, text }] of Object.entries(mails)) {
  await writeFile(join(folder, `${name}.html`), html);
  await writeFile(join(folder, `${name}.txt`), `Subject: ${subject}\n\n${text}`);
}
console.log(`${Object.keys(mails).length} mails in ${folder}`);
