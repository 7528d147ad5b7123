import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SubgraphName } from '#kit/events/events.ts';

const root = join(import.meta.dirname, '..', '..');

/** The types that every subgraph speaks: link header, scalars, money, pages, user errors. */
export function loadSharedTypeDefs(): string {
  return read(['schema/shared/*.graphql']);
}

/** The SDL of one subgraph: the shared types and every `.graphql` file of its features, in the order of their paths. */
export function loadTypeDefs(name: SubgraphName): string {
  return `${loadSharedTypeDefs()}\n${read([`subgraphs/${name}/**/*.graphql`])}`;
}

function read(patterns: readonly string[]): string {
  return globSync(patterns, { cwd: root })
    .toSorted()
    .map((path) => readFileSync(join(root, path), 'utf8').trim())
    .join('\n\n');
}
