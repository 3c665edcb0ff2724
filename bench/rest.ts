import { type BenchWorld, type Metered, runsOf } from "./world.ts";

const mostRounds = 40;

/**
 * Lets time pass until nothing but sweeps ran for so many minutes; fails when something always does.
 * Longer than anything that a run leaves for later, such as the ten minutes in which notices gather.
 */
export async function comeToRest(world: BenchWorld, quietMinutes: number): Promise<Metered> {
  let before = -1;
  for (let round = 0; round < mostRounds; round += 1) {
    await world.pass(quietMinutes);
    const metered = await world.metered();
    const ran = runsOf(metered, /^(?!timerTrigger)/);
    if (ran === before) return metered;
    before = ran;
  }
  throw new Error(`something ran in each of ${mostRounds} times ${quietMinutes} minutes`);
}
