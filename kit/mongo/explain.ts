/** Anything that can be explained: a mongoose query or aggregate, or a driver's cursor. */
export interface Explainable {
  explain(verbosity?: 'queryPlanner'): unknown;
}

/** How the database would run a query. */
export interface QueryPlan {
  /** Every stage of the chosen plan, outermost first, such as `['LIMIT', 'FETCH', 'IXSCAN']`. */
  readonly stages: string[];
  /** The first index in the plan; `null` if there is none. */
  readonly indexUsed: string | null;
  /** The rows are sorted after reading: slow and limited in memory, an index in sort order is missing. */
  readonly inMemorySort: boolean;
  /** Every row of the collection is read. */
  readonly collectionScan: boolean;
}

/** Asks the planner without running the query; tests refuse a collection scan or an in-memory sort with it. */
export async function explainOf(query: Explainable): Promise<QueryPlan> {
  const explained: unknown = await query.explain('queryPlanner');
  const stages: string[] = [];
  const indexes: string[] = [];
  collect(explained, stages, indexes);
  if (stages.includes('IDHACK')) indexes.push('_id_');
  return {
    stages,
    indexUsed: indexes[0] ?? null,
    inMemorySort: stages.includes('SORT') || stages.includes('$sort'),
    collectionScan: stages.includes('COLLSCAN'),
  };
}

/** Walks plans of all shapes: classic, slot-based (`queryPlan`), sharded (`shards`) and pipelines (`stages` of `$cursor`, `$sort` …). */
function collect(node: unknown, stages: string[], indexes: string[]): void {
  if (Array.isArray(node)) {
    for (const part of node) collect(part, stages, indexes);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { stage, indexName } = node as { stage?: unknown; indexName?: unknown };
  if (typeof stage === 'string') stages.push(stage);
  if (typeof indexName === 'string') indexes.push(indexName);
  for (const [key, part] of Object.entries(node)) {
    if (key === '$sort') stages.push(key);
    if (!skipped.has(key)) collect(part, stages, indexes);
  }
}

/** Parts of an explanation that are not the chosen plan, or repeat it. */
const skipped = new Set(['rejectedPlans', 'slotBasedPlan', 'command', 'parsedQuery', 'serverInfo', 'serverParameters']);
