import { execFileSync } from 'node:child_process';
import { type DocumentNode, print } from 'graphql';
import type { Graph } from './compose-graph.ts';
import type { SubgraphSdl } from './subgraph-sdl.ts';

/** A committed file that composition makes. */
export interface OutputFile {
  readonly path: string;
  readonly content: string;
}

export const supergraphPath = 'schema/supergraph.graphql';

/** The files that show the graph: each subgraph as a whole, the supergraph for the gateway, the rule of every field, how long what may be kept. */
export function outputFiles(subgraphs: readonly SubgraphSdl[], graph: Graph): OutputFile[] {
  return [
    ...subgraphs.map(({ name, document }) => ({
      path: `schema/subgraphs/${name}.graphql`,
      content: printed(document),
    })),
    { path: supergraphPath, content: `${graph.supergraphSdl.trim()}\n` },
    { path: 'schema/access-rules.json', content: `${JSON.stringify(graph.rules, null, 2)}\n` },
    { path: 'schema/cache-hints.json', content: `${JSON.stringify(graph.hints, null, 2)}\n` },
  ];
}

/** A file as it was committed at `ref`; null when it wasn't there, or this isn't a git checkout. */
export function committedAt(root: string, ref: string, path: string): string | null {
  try {
    return execFileSync('git', ['show', `${ref}:${path}`], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    // git says so by its exit code; there is nothing to compare with then.
    return null;
  }
}

function printed(document: DocumentNode): string {
  return `${print(document)}\n`;
}
