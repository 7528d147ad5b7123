import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessRules } from '../permissions/restriction.ts';

/** What composition wrote for the gateway. */
export interface ComposedGraph {
  readonly supergraphSdl: string;
  readonly accessRules: AccessRules;
}

/** Reads the composed graph from the folder that composition writes into. */
export async function readGraph(schemaDir: string): Promise<ComposedGraph> {
  const [supergraphSdl, rules] = await Promise.all(
    ['supergraph.graphql', 'access-rules.json'].map((name) => readFile(join(schemaDir, name), 'utf8')),
  );
  return { supergraphSdl: supergraphSdl ?? '', accessRules: JSON.parse(rules ?? '{}') as AccessRules };
}
