import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** Another gateway to compare with: nothing of ours depends on it, so it stands apart from our packages. */
const packages: Readonly<Record<string, string>> = {
  '@graphql-hive/gateway-runtime': '2.12.1',
  '@graphql-mesh/transport-http': '1.2.1',
  graphql: '16.15.0',
};
const folder = join(import.meta.dirname, '..', '..', '.tools', 'bench-peers');

/** Installs it where nobody else looks; a moment when it is there already. */
export async function installPeers(): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
}

/** A module of it. */
export async function fromPeers<Module>(name: string): Promise<Module> {
  const path = createRequire(join(folder, 'package.json')).resolve(name);
  return (await import(pathToFileURL(path).href)) as Module;
}
