import { z } from 'zod';
import { type ReadModelUse, readModelUseSchema } from '#kit/near-cache/noted-reads.ts';

/** What a subgraph's read model had to do with an answer. */
export interface SubgraphRead extends ReadModelUse {
  readonly subgraph: string;
}

/** With this request header, whatever its value, those who may explore are answered as shoppers are and told how fresh that is. */
export const freshnessHeader = 'x-freshness';

/** What a subgraph tells with its answer when it is asked how fresh that is. */
const toldSchema = z.object({ extensions: z.object({ freshness: z.array(readModelUseSchema) }) });

/** The read models that a subgraph tells of; none when it tells of none. */
export function readsTold(subgraph: string, answer: unknown): readonly SubgraphRead[] {
  const told = toldSchema.safeParse(answer);
  return told.success ? told.data.extensions.freshness.map((read) => ({ subgraph, ...read })) : [];
}

/** The text of an answer with `extensions.freshness`: each read model that had to do with it once, though several calls may have read it. */
export function showFreshness(body: string, reads: readonly SubgraphRead[]): string {
  const answer = JSON.parse(body) as { extensions?: object };
  const each = Map.groupBy(reads, ({ subgraph, readModel }) => `${subgraph}.${readModel}`);
  const freshness = [...each.keys()].toSorted().map((key) => (each.get(key) ?? []).reduce(together));
  return JSON.stringify({ ...answer, extensions: { ...answer.extensions, freshness } });
}

function together(one: SubgraphRead, other: SubgraphRead): SubgraphRead {
  return {
    ...one,
    ageMs: Math.max(one.ageMs, other.ageMs),
    fromMemory: one.fromMemory + other.fromMemory,
    fromDatabase: one.fromDatabase + other.fromDatabase,
  };
}
