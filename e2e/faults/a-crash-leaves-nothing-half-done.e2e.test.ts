import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { worldFacts } from '../setup/world-facts.ts';
import { startGraphUnderFire, type GraphUnderFire } from './graph-under-fire.ts';
import { crashAt, type CrashPlace } from './harm/crash-at-points.ts';
import { judge } from './judge.ts';
import { repeatEvents, type EventRepeater } from './repeat-events.ts';
import { letShop, type CrowdThatShops } from './shopping/crowd-that-shops.ts';

/** A short slice of what `npm run faults` does. */
const places: readonly CrashPlace[] = [
  // First, because what it has locked stays so for a while.
  { service: 'promotion', point: 'inbox.before-commit' },
  { service: 'order', point: 'order.placing.held' },
  { service: 'logistics', point: 'group-commit.written' },
];
const limitMs = 240_000;
const reachedWithinMs = 60_000;

let folder: string;
let graph: GraphUnderFire;
let crowd: CrowdThatShops;
let repeater: EventRepeater;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fullchain-crash-'));
  graph = await startGraphUnderFire({ mongoUri: worldFacts().mongoUri, folder, replicas: 1, unpaidMinutes: 30 });
  crowd = await letShop(graph, { clients: 12, thinkingMs: 2_000, seed: 7 });
  repeater = await repeatEvents(graph);
}, limitMs);
afterAll(async () => {
  await repeater?.stop();
  await graph?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('people shop while processes are killed and every event and callback comes three times', () => {
  test(
    'and every order is whole or gone, and no acknowledged one is lost',
    async () => {
      for (const place of places) {
        expect(await crashAt(graph, place, reachedWithinMs)).toMatchObject({ recoveredMs: expect.any(Number) });
      }
      await crowd.goHome();
      await repeater.stop();
      const promised = crowd.promises.all();
      const { unfinished, broken, verified } = await judge(graph, promised);
      expect(promised.length).toBeGreaterThan(0);
      expect(crowd.answers.unanswered).toEqual([]);
      expect([...crowd.surprises, ...unfinished, ...broken]).toEqual([]);
      expect(verified.flatMap(({ discrepancies }) => discrepancies)).toEqual([]);
    },
    limitMs,
  );
});
