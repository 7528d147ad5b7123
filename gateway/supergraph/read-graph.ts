import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheHints } from '#kit/graphql/cache-hints.ts';
import { readManifests } from '../documents/read-manifests.ts';
import type { AccessRules } from '../permissions/restriction.ts';

/** What composition wrote for the gateway. */
export interface ComposedGraph {
  /** As composition printed it. */
  readonly supergraphSdl: string;
  /** Who may read which field, as composition lifted it out of the subgraphs. They enforce the same again. */
  readonly accessRules: AccessRules;
  /** How long what may be kept by anybody; nothing unless given. */
  readonly cacheHints?: CacheHints;
}

/** A graph with the documents that are run on it. */
export interface PublishedGraph extends ComposedGraph {
  /** The texts that released clients send. */
  readonly documents: readonly string[];
}

/** The files that composition writes for the gateway. */
export const composedFiles = ['supergraph.graphql', 'access-rules.json', 'cache-hints.json'] as const;

/** Reads the composed graph from the folder that composition writes into. */
export async function readGraph(schemaDir: string): Promise<ComposedGraph> {
  const [supergraphSdl, rules, hints] = await Promise.all(
    composedFiles.map((name) => readFile(join(schemaDir, name), 'utf8')),
  );
  return {
    supergraphSdl: supergraphSdl ?? '',
    accessRules: JSON.parse(rules ?? '{}') as AccessRules,
    cacheHints: JSON.parse(hints ?? '{}') as CacheHints,
  };
}

/** Reads everything that is published in that folder. */
export async function readPublishedGraph(schemaDir: string): Promise<PublishedGraph> {
  const [composed, documents] = await Promise.all([
    readGraph(schemaDir),
    readManifests(join(schemaDir, 'persisted-documents')),
  ]);
  return { ...composed, documents };
}
