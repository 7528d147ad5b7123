import { execFile } from 'node:child_process';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from './has-code.ts';
import { StartRefused } from './start-refused.ts';

/** Gives the data folder back. */
export type Release = () => Promise<void>;

/**
 * Makes this process the only one that works with the data folder, until `release` is called or the process ends.
 * A lock left by a process that is gone, or whose number belongs to another program now, is taken over.
 * Throws StartRefused, naming the other process, when there is one.
 */
export async function onlyOneStart(dataDir: string): Promise<Release> {
  await mkdir(dataDir, { recursive: true });
  const lock = join(dataDir, 'start.lock');
  const mine = `${lock}.${process.pid}`;
  await writeFile(mine, `${process.pid} ${await bornAt(process.pid)}\n`);
  try {
    for (;;) {
      // A link either appears with its whole content or not at all.
      if (await linked(mine, lock)) return () => rm(lock, { force: true });
      const holder = await liveHolder(lock);
      if (holder !== null)
        throw new StartRefused(
          `Already running (pid ${holder}); stop it first, or set DATA_DIR and PORT for another one`,
        );
      await takeAway(lock, `${mine}.stale`);
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function linked(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** The pid of the process that holds the lock, or null when nobody does any more. */
async function liveHolder(lock: string): Promise<number | null> {
  const [pid, born] = (await readFile(lock, 'utf8').catch(() => '')).trim().split(' ', 2);
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0 || !isAlive(number)) return null;
  const now = await bornAt(number);
  return now === 'unknown' || now === born ? number : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** When a process was started, so that a number that was given out again isn't taken for the old one. */
async function bornAt(pid: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout.trim().replaceAll(/\s+/g, '_');
  } catch {
    // A small container has no ps; then the number alone decides.
    return 'unknown';
  }
}

/** Of several that find the same stale lock only one can rename it. */
async function takeAway(lock: string, aside: string): Promise<void> {
  try {
    await rename(lock, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
