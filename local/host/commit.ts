import type { Command } from "./actions.ts";
import { continueAsNew, end } from "./endings.ts";
import { iso, newInstance } from "./execution.ts";
import { common, EventType, type HistoryEvent } from "./history.ts";
import { eventText } from "./orchestrator.ts";
import { scheduled, startChild } from "./scheduling.ts";
import type { Waiting, Work } from "./store.ts";
import type { Instance } from "./store-instances.ts";
import type { Base, Prepared, Routes, Writer, Written } from "./written.ts";

/** Writes one turn as one transaction: all of it or nothing. Brings the cached history up to date. */
export function commitTurn(writer: Writer, written: Written): Routes {
  const { store, faults } = writer;
  const { history } = written;
  const turn = prepare(writer, written);
  const routes = store.transaction(() => {
    store.remove(written.batch.consumed);
    if (turn.fromScratch) store.clearHistory(turn.next.id);
    const from = turn.fromScratch ? 0 : history.events.length;
    store.appendHistory(turn.next.id, from, turn.appended);
    store.putInstance(turn.next);
    const sent = turn.send();
    faults.pass("before-commit", turn.next.name);
    return sent;
  });
  faults.pass("after-commit", turn.next.name);
  if (turn.fromScratch) {
    history.events.length = 0;
    history.texts.length = 0;
  }
  history.events.push(...turn.appended);
  history.texts.push(...turn.appended.map((event) => eventText(event)));
  return routes;
}

function prepare(writer: Writer, written: Written): Prepared {
  const { result, now } = written;
  const { started, verdict } = result;
  const { ExecutionId } = started.OrchestrationInstance;
  const same = written.instance?.executionId === ExecutionId ? written.instance : undefined;
  const next: Instance = {
    ...(same ?? newInstance(started, now)),
    status: "Running",
    updated: now,
    ...(result.customStatus === undefined ? {} : { customStatus: result.customStatus }),
  };
  const played = result.fresh.map((event) =>
    event.EventType === EventType.OrchestratorStarted ? event : { ...event, IsPlayed: true },
  );
  const fromScratch = written.batch.start !== null;
  const base = { next, played, fromScratch };
  if (verdict.kind === "goOn")
    return goOn(writer, written, { ...base, commands: verdict.commands });
  if (verdict.kind === "end") return end(writer, written, { ...base, verdict });
  return continueAsNew(writer, written, { ...base, input: verdict.input });
}

function goOn(
  { store, faults, defaultVersion }: Writer,
  { result, now, batch }: Written,
  { next, played, fromScratch, commands }: Base & { readonly commands: readonly Command[] },
): Prepared {
  const sender = { executionId: next.executionId, id: next.id, name: next.name };
  const sends = commands.map((command) => scheduled(command, { sender, now, defaultVersion }));
  const silent = batch.resume && sends.length === 0;
  const frame: HistoryEvent = { EventType: EventType.OrchestratorCompleted, ...common(iso(now)) };
  const appended = [...played, ...sends.map(({ event }) => event), ...(silent ? [] : [frame])];
  const cancelled = new Set(result.cancelledTimers);
  return {
    next,
    appended,
    fromScratch,
    send() {
      const targets: string[] = [];
      const work: Work[] = [];
      const timers: Waiting[] = [];
      store.removeTimers(next.executionId, result.cancelledTimers);
      for (const { command, fired, child } of sends) {
        if (command.kind === "task") {
          const input = command.input === undefined ? null : JSON.stringify(command.input);
          const { name, id: taskId } = command;
          work.push(
            store.addWork({
              instanceId: next.id,
              executionId: next.executionId,
              taskId,
              name,
              input,
            }),
          );
        }
        if (fired && !cancelled.has(command.id)) {
          const visibleAt = Math.max(now, faults.timerVisibleAt(Date.parse(fired.FireAt)));
          const { executionId, id: target } = next;
          store.send({ target, executionId, kind: "event", visibleAt, event: fired });
          timers.push({ target, executionId, timerId: command.id, visibleAt });
        }
        if (child) targets.push(startChild(store, child, now));
      }
      return { targets, work, timers, cancelled: result.cancelledTimers };
    },
  };
}
