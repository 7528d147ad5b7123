import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './step.ts';

/**
 * Every file that is committed or about to be, as paths from the root with `/`.
 * What .gitignore leaves out (packages, data, tools) is nobody's concern.
 */
export async function repositoryFiles(): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** True for what a program writes: nobody reads or edits it by hand. */
export function isGenerated(path: string): boolean {
  return (
    path.includes('/__generated__/') ||
    path.startsWith('schema/subgraphs/') ||
    path.startsWith('explorer/dist/') ||
    ['schema/supergraph.graphql', 'schema/access-rules.json', 'schema/cache-hints.json', 'package-lock.json'].includes(
      path,
    )
  );
}
