import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { Topology } from '../e2e/setup/world-facts.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import { aShop } from '../e2e/world/shop.ts';
import { openBooks } from '../scripts/verify/open-books.ts';
import { reportOf } from '../scripts/verify/report.ts';
import { verifyGraph } from '../scripts/verify/verify-graph.ts';
import { gatherCrowd } from './contention/crowd.ts';
import { crowdPoints, scenes } from './contention/scenes.ts';
import { inSurroundings, type Surroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface ContentionOptions {
  /** 1 for the full scenes, less to see that they play. */
  readonly scale: number;
  /** Only the scenes, and the ways to run the graph, whose names have these texts. */
  readonly only: string;
  readonly arrangement: string;
}

/** A way to run the graph. */
interface Setting {
  readonly name: string;
  readonly topology: Topology;
  /** Processes of each subgraph. */
  readonly replicas: number;
}

const settings: readonly Setting[] = [
  { name: 'all in one', topology: 'all in one', replicas: 1 },
  { name: 'distributed', topology: 'distributed', replicas: 1 },
  { name: 'distributed, two replicas', topology: 'distributed', replicas: 2 },
];

/** Events of the last scene are delivered within this, milliseconds. */
const settleMs = 3_000;

/**
 * Many who want the same at the same moment, through the whole graph over HTTP, on this machine only: each scene once in each topology and with two
 * replicas of every subgraph, one graph at a time.
 * What is answered with an error is asked again with the same key, and counted. Afterwards all books are compared. Gives markdown.
 */
export async function contentionBenchmark(options: ContentionOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async (surroundings) => {
    const parts: string[][] = [];
    const verdicts: string[] = [];
    for (const setting of settings.filter(({ name }) => name.includes(options.arrangement))) {
      const { rows, verdict } = await playAll(setting, { surroundings, ...options }, log);
      parts.push(...rows);
      verdicts.push(`Books afterwards, ${setting.name}: ${verdict}`);
    }
    const head = [
      'scene',
      'how it runs',
      'right answer',
      'what came',
      'exact',
      'unexpected errors',
      'told BUSY',
      'seconds',
    ];
    return [table(head, parts), '', ...verdicts].join('\n');
  });
}

async function playAll(
  { name: setting, topology, replicas }: Setting,
  { surroundings, scale, only }: ContentionOptions & { readonly surroundings: Surroundings },
  log: (line: string) => void,
): Promise<{ rows: string[][]; verdict: string }> {
  const { mongod, secret, startGraph, placeOf } = surroundings;
  const databasePrefix = `contention_${setting.replaceAll(/\W+/g, '_')}`;
  const graph = await startGraph(topology, { databasePrefix, replicas });
  try {
    await openCarriers(graph.facts);
    const crowd = await gatherCrowd(placeOf(graph), Math.max(600, Math.round(2_000 * scale)), crowdPoints);
    log(`${setting}: started, ${crowd.length} members signed in`);
    const rows: string[][] = [];
    for (const { name, play } of scenes.filter((scene) => scene.name.includes(only))) {
      const shop = await aShop(graph.facts);
      const { right, came, exact, unexpected, turnedAway, seconds } = await play({ shop, crowd, scale });
      log(
        `${setting}: ${name}: ${came} (${seconds.toFixed(1)} s, ${unexpected} errors, ${turnedAway} told to come again)`,
      );
      rows.push([name, setting, right, came, exact ? 'yes' : 'NO', unexpected, turnedAway, seconds.toFixed(2)]);
    }
    await pause(settleMs);
    return { rows, verdict: await verdictOf({ mongoUri: mongod.uri, databasePrefix, secret }, log) };
  } finally {
    await graph.stop();
  }
}

/** What comparing all books says, in one line. */
export async function verdictOf(
  { mongoUri, databasePrefix, secret }: { mongoUri: string; databasePrefix: string; secret: string },
  log: (line: string) => void,
): Promise<string> {
  const books = await openBooks({
    mongoUri,
    databasePrefix,
    secrets: [secret],
    log: pino({ level: 'silent' }),
    env: {
      NODE_ENV: 'development',
      MEMBER_KEY_SECRET: secret,
      PERSONAL_DATA_KEYS: secret,
      PAYMENT_TEST_SECRET: secret,
      ALLOW_TEST_PAYMENTS: 'true',
    },
  });
  try {
    const begunAt = performance.now();
    const verified = await verifyGraph({ transport: books.transport });
    const report = reportOf(verified, (performance.now() - begunAt) / 1_000);
    if (verified.some(({ discrepancies }) => discrepancies.length > 0)) log(report);
    return report.split('\n').at(-1) ?? '';
  } finally {
    await books.close();
  }
}
