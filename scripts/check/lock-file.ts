import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, type Step } from './step.ts';

/** Packages of which two copies break at run time: each checks its own classes with instanceof. */
const onlyOnce = ['graphql', 'mongoose'];

/** The problems of a package-lock.json (its parsed `packages`). */
export function lockProblems(packages: Readonly<Record<string, { version?: string }>>): string[] {
  return onlyOnce.flatMap((name) => {
    const copies = Object.entries(packages).filter(
      ([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
    );
    if (copies.length === 1) return [];
    return [
      `${name}: ${copies.length} copies instead of one (${copies.map(([path, { version }]) => `${path} ${version ?? '?'}`).join(', ')})`,
    ];
  });
}

export const lockFile: Step = {
  name: 'one copy of graphql in the lock file',
  run: async () => lockProblems(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')).packages),
};
