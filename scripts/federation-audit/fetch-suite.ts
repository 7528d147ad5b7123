import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

/** The version of the suite that is asked: another one has other cases. */
const suiteCommit = 'f59c05e3f48f4a4f8e8a731d67a1b71a9788a96f';

/**
 * Brings the audit's suite into a folder, with the packages that its subgraphs run on, and bundles it: none of it is part of this project. A folder
 * that has it already is left as it is. Gives the path of a module that exports `createRouter`.
 */
export async function fetchSuite(from: string, folder: string): Promise<string> {
  const bundle = join(folder, 'suite.mjs');
  if (existsSync(bundle)) return bundle;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]) => run('git', args, { cwd: folder });
  await git('init', '--quiet');
  await git('fetch', '--quiet', '--depth', '1', from, suiteCommit);
  await git('checkout', '--quiet', suiteCommit);
  await run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  await build({
    entryPoints: [join(folder, 'src', 'index.ts')],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  return bundle;
}
