/** The commands of a laptop, and what each takes. */
const usages: Readonly<Record<string, string>> = {
  demo: `npm run demo [-- OPTIONS]   a morning on a simulated Azure: no account, ends by itself

  --estate DIR    JSON of your own resources instead of the shipped estate (docs/local.md)
  --events DIR    what happens, one file a delivery; left out: DIR/../events, if there is one
  --policy FILE   guardrail.json; left out: the one beside the estate, else the shipped one
  --stage STAGE   off, watch, tell, fix-new or fix-all (left out: fix-all)
  --out DIR       where mails and reports go (left out: demo-out)
  --record FILE   writes every exchange with the simulated Azure, as JSON lines
  --verbose       tells everything, and shows the host's log`,

  start: `npm start [-- OPTIONS]   the app beside a simulated Azure, on the real clock, until Ctrl-C

  --estate DIR    JSON of your own resources instead of the shipped estate (docs/local.md)
  --policy FILE   guardrail.json; left out: the one beside the estate, else the shipped one
  --stage STAGE   off, watch, tell, fix-new or fix-all (left out: fix-all)
  --port NUMBER   where the HTTP API listens (left out: 7071)
  --out DIR       where mails go (left out: demo-out)
  --record FILE   writes every exchange with the simulated Azure, as JSON lines
  --verbose       shows the host's log`,

  plan: `npm run plan -- --subscription ID [OPTIONS]   your own Azure, read-only: what would be done, and why

  --subscription ID      its id: az account show --query id -o tsv (az login first)
  --policy FILE          guardrail.json (left out: the one in this folder)
  --owner-domains A,B    domains that previews may be addressed to, where the policy names none
  --out DIR              where the report and the mails go (left out: plan-out)
  --endpoint URL         a simulated Azure on this machine instead, such as http://127.0.0.1:4000`,
};

/** What a command does and takes; of all commands when there is none of that name. */
export const usageOf = (command: string): string =>
  Object.hasOwn(usages, command) ? (usages[command] ?? "") : Object.values(usages).join("\n\n");
