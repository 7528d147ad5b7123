import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkMongo } from './check-mongo.ts';
import type { Log } from './find-mongod.ts';
import { startMongod } from './start-mongod.ts';

/** The MongoDB of a test run. */
export interface TestMongod {
  readonly uri: string;
  stop(): Promise<void>;
}

/** A folder that Linux keeps in memory: commits go to the journal as everywhere, but wait for no disk. */
const inMemory = '/dev/shm';
/** Ten times what the MongoDB of a run was seen to fill. */
const roomBytes = 4 * 2 ** 30;

/**
 * A MongoDB for tests: the one that MONGODB_URI names (every test file makes and drops its own database there), else a
 * fresh one in a temporary folder, in memory where there is room, which is removed at the end, also when this process is killed.
 */
export async function startTestMongod({ log }: { readonly log: Log }): Promise<TestMongod> {
  const given = process.env['MONGODB_URI'];
  if (given !== undefined && given !== '') {
    await checkMongo(given);
    return { uri: given, stop: async () => undefined };
  }
  const folder = await mkdtemp(join((await hasRoom(inMemory)) ? inMemory : tmpdir(), 'fullchain-test-'));
  try {
    const mongod = await startMongod({ dataDir: join(folder, 'db'), port: 0, cacheGb: 0.25, throwaway: true, log });
    return mongod;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return Math.min(bavail * bsize, freemem()) >= roomBytes;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
