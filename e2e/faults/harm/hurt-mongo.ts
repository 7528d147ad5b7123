import { setTimeout as pause } from 'node:timers/promises';
import type { ThreeNodes } from '../../../scripts/mongo/start-three-nodes.ts';
import type { Harm } from '../report.ts';
import type { WriteProbe } from './write-probe.ts';

/** Long enough for an election and for everybody to find the new primary, milliseconds. */
const hurtMs = 10_000;
/** For a node to catch up before the next harm. */
const restMs = 5_000;
/** In which writes are to be acknowledged again, milliseconds. */
const promised = { killedMs: 4_000, frozenMs: 6_000 };

/** Kills the primary and starts it again as a secondary. */
export async function killPrimary(mongo: ThreeNodes, probe: WriteProbe): Promise<Harm> {
  const primary = await mongo.primary();
  return measured('kill -9 of the primary', promised.killedMs, probe, async () => {
    await primary.kill();
    await pause(hurtMs);
    await primary.restart();
  });
}

/** Freezes the primary: its connections stay and say nothing. */
export async function freezePrimary(mongo: ThreeNodes, probe: WriteProbe): Promise<Harm> {
  const primary = await mongo.primary();
  return measured('the primary freezes', promised.frozenMs, probe, async () => {
    await primary.freeze();
    await pause(hurtMs);
    await primary.thaw();
  });
}

/** Kills all nodes at once, and starts them again. */
export async function restartAllNodes(mongo: ThreeNodes, probe: WriteProbe): Promise<Harm> {
  return measured('kill -9 of all nodes, then start', undefined, probe, async () => {
    await Promise.all(mongo.nodes.map((node) => node.kill()));
    await Promise.all(mongo.nodes.map((node) => node.restart()));
    await mongo.primary();
    await pause(hurtMs);
  });
}

/** Recovered: the longest time in which no write was acknowledged. */
async function measured(
  kind: string,
  promisedMs: number | undefined,
  probe: WriteProbe,
  harm: () => Promise<void>,
): Promise<Harm> {
  probe.longestGap();
  await harm();
  await pause(restMs);
  const recoveredMs = probe.longestGap();
  return { kind, where: 'MongoDB', recoveredMs, ...(promisedMs !== undefined && { promisedMs }) };
}
