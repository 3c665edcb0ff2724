import { instanceId } from "../../shared/durable/instance.ts";
import { type Example, kindOfSubject } from "./example.ts";
import type { Outside } from "./outside.ts";
import type { Recording } from "./recording.ts";

/** A row that is due for this long without a run is lost. */
const overdue = 20 * 60_000;

/** A run that is alive keeps its row until it ends; one that nothing will wake is not. */
export function isAlive({ kind, subject }: Recording["agenda"][number], run: Recording): boolean {
  const id = instanceId(kind, subject);
  return run.instances.some(
    (instance) =>
      instance.id === id &&
      ["Running", "Pending"].includes(instance.status) &&
      instance.wakesAt !== null,
  );
}

/** What must never be: a failed orchestration, a mistake in the app, a request that no operation takes, a misstep. */
export function unhandledFailures(actual: Recording): readonly string[] {
  return [
    ...actual.failedRuns.map(({ name, status, output }) => `${name} ended as ${status}: ${output}`),
    ...actual.cases.flatMap(({ subject, fault }) =>
      fault && !saidByAzure.test(fault.message) ? [`${subject}: fault: ${fault.message}`] : [],
    ),
    ...actual.unhandled.map((request) => `no operation takes ${request}`),
    ...actual.missteps.map((misstep) => `misstep: ${misstep}`),
  ];
}

/** A fault of the network or of an answer; any other is a mistake of the app's own. */
const saidByAzure =
  /on purpose|(answered|HTTP|statusCode) \d{3}|Resource Graph: \w+|is no JSON|socket hang up|ECONN[A-Z]+|aborted|timed out|time-?out/i;

/** What is in order, and never was otherwise, has no case: only its run tells of the look. */
function isJudgedWell(subject: string, { instances }: Recording): boolean {
  const id = instanceId(kindOfSubject(subject), subject);
  const output = instances.find((one) => one.id === id)?.output ?? "";
  return /^"?(compliant(; \w+)?|nothing to do)"?$/.test(output);
}

/** Subjects that wait for a look that does not come, or that nobody has judged or means to. */
export function lostSubjects(
  { subjects }: Example,
  actual: Recording,
  { denied }: Pick<Outside, "denied">,
): readonly string[] {
  const waiting = actual.agenda
    .filter(({ at }) => Date.parse(at) < actual.at - overdue)
    .filter((row) => !isAlive(row, actual))
    .map(({ subject, at }) => `${subject} is due since ${at}, and no run comes`);
  const scanned = actual.agenda.find(({ kind }) => kind === "scan");
  const known = new Set([
    ...actual.cases.map(({ subject }) => subject),
    ...actual.agenda.map(({ subject }) => subject),
  ]);
  const forgotten = subjects
    .filter((subject) => !known.has(subject) && !isJudgedWell(subject, actual))
    .filter((subject) => {
      const patience = kindOfSubject(subject) === denied ? 25 : 12;
      return !scanned || Date.parse(scanned.at) > actual.at + patience * 60 * 60_000;
    })
    .map((subject) => `${subject} was never judged, and no scan will find it today`);
  return [...waiting, ...forgotten];
}
