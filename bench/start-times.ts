import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { StorefrontDocument } from '../e2e/__generated__/operations.ts';
import { freeBlock } from '../e2e/setup/free-ports.ts';
import { createClient } from '../e2e/world/client.ts';
import { startChild } from '../scripts/child/child.ts';
import { usageOf } from './measure/processes.ts';
import { table } from './report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const firstAnswerLimitMs = 180_000;
/** How long a fresh graph is left alone before its memory is read, milliseconds. */
const restMs = 3_000;

interface Start {
  readonly kind: string;
  /** From the command to the first page of the shop. */
  readonly firstAnswerMs: number;
  readonly residentBytes: number;
}

/**
 * What a person waits for after `npm start`: the first time, with the demo shop to load, and then again. Everything is
 * installed already. Gives markdown.
 */
export async function startTimes(
  options: { readonly warmStarts: number },
  log: (line: string) => void,
): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fullchain-bench-start-'));
  try {
    const starts = [await start('first, loads the demo shop', dataDir)];
    for (let warm = 1; warm <= options.warmStarts; warm += 1) {
      const again = await start('again', dataDir);
      log(`start again: ${again.firstAnswerMs.toFixed(0)} ms`);
      starts.push(again);
    }
    return table(
      ['npm start', 'seconds to the first Storefront', 'memory without mongod'],
      starts.map(({ kind, firstAnswerMs, residentBytes }) => [
        kind,
        (firstAnswerMs / 1000).toFixed(1),
        `${Math.round(residentBytes / 1024 / 1024)} MB`,
      ]),
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function start(kind: string, dataDir: string): Promise<Start> {
  const port = await freeBlock(1);
  const begunAt = performance.now();
  const lines: string[] = [];
  let announced = false;
  const child = startChild({
    // What `npm start` runs. npm itself, which adds a few tenths of a second, ends before what it started has.
    command: process.execPath,
    args: ['scripts/bootstrap.mjs', 'start.ts'],
    cwd: root,
    endWith: 'TERM',
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, MONGODB_URI: '', DEMO_DATA: 'on' },
    onLine: (line) => {
      lines.push(line);
      announced ||= line.startsWith('Ready after');
    },
  });
  try {
    const client = createClient({ url: `http://127.0.0.1:${port}` });
    // The gateway answers while the demo shop is still being loaded; what counts is the shop that was announced.
    const answered = async () =>
      announced && (await client.ask(StorefrontDocument, { first: 20 })).products.nodes.length === 20;
    const ended = child.ended.then((code) => {
      throw new Error(`the start ended with ${code}:\n${lines.slice(-10).join('\n')}`);
    });
    const deadline = begunAt + firstAnswerLimitMs;
    while (!(await Promise.race([answered().catch(() => false), ended]))) {
      if (performance.now() > deadline) throw new Error('no answer in time');
      await pause(25);
    }
    const firstAnswerMs = performance.now() - begunAt;
    ended.catch(() => undefined);
    await pause(restMs);
    return { kind, firstAnswerMs, residentBytes: (await usageOf(child.pid, { except: /mongod/ })).residentBytes };
  } finally {
    await child.stop();
  }
}
