import { clusterId, generateEstate } from "./estate.ts";
import { atMost, type Section } from "./report.ts";
import { atOnce, between, type Metered, runsOf, startBenchWorld, sumOf } from "./world.ts";

/** What a burst of events about few subjects came to. */
export interface BurstResult {
  readonly seconds: number;
  /** Runs of each subject, those included that found nothing to do. */
  readonly runsPerSubject: number;
  /** Reads of each subject, those repeated because Azure was busy included. */
  readonly looksPerSubject: number;
  readonly metered: Metered;
}

/** Events about `subjects` clusters, spread over 60 seconds of Azure's time. */
export async function burst(
  events: number,
  subjects: number,
  answersAfter = atOnce,
): Promise<BurstResult> {
  const world = await startBenchWorld({
    estate: generateEstate({ clusters: subjects, subscriptions: 1, violatingEvery: 0 }),
    policy: () => undefined,
    stage: "fix-all",
    answersAfter,
  });
  try {
    await world.pass(10);
    const before = await world.metered();
    const begin = performance.now();
    const each = Math.ceil(events / 60);
    for (let second = 0; second < 60; second += 1) {
      const many = Math.min(each, events - second * each);
      const batch = Array.from({ length: Math.max(0, many) }, (_, at) =>
        writeOf(clusterId((second * each + at) % subjects, 1), second * each + at),
      );
      if (batch.length > 0) await world.deliver("resourceChanges", batch);
      await world.pass(1 / 60);
    }
    await world.pass(5);
    const metered = between(before, await world.metered());
    return {
      metered,
      seconds: (performance.now() - begin) / 1000,
      runsPerSubject: (metered.takes["cluster"] ?? 0) / subjects,
      looksPerSubject: sumOf(metered.azure, /managedClusters/) / subjects,
    };
  } finally {
    await world.stop();
  }
}

function writeOf(id: string, index: number): object {
  return {
    id: `7d1f0000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    ...{ subject: id, topic: id.split("/").slice(0, 3).join("/") },
    ...{ eventType: "Microsoft.Resources.ResourceWriteSuccess", dataVersion: "2" },
    ...{ metadataVersion: "1", eventTime: "2026-11-23T09:40:00.000Z" },
    data: {
      ...{ resourceUri: id, status: "Succeeded" },
      operationName: "Microsoft.ContainerService/managedClusters/write",
      claims: { appid: "6b2d9c1e-3f4a-4b5c-8d6e-7f8091a2b3c4" },
    },
  };
}

/** The bench of a burst. */
export async function benchBurst(events: number, subjects: number) {
  const result = await burst(events, subjects);
  const { metered } = result;
  const section: Section = {
    name: "burst",
    title: `Burst: ${events} events over 60 s about ${subjects} clusters`,
    columns: [
      ...["events", "subjects", "runs a subject", "looks a subject"],
      ...["activities", "Azure calls", "seconds"],
    ],
    rows: [
      [
        ...[events, subjects, result.runsPerSubject, result.looksPerSubject],
        ...[runsOf(metered, /^activityTrigger/), sumOf(metered.azure), result.seconds],
      ],
    ],
    goals: [atMost("runs a subject", result.runsPerSubject, 3)],
    notes: [
      "A run is counted when it begins, a look when it reads its cluster, again when Azure is busy.",
      "Delivered through the webhook of Event Grid; seconds are this machine's.",
    ],
  };
  return { section };
}
