import { isJsonObject, type JsonObject, put } from '../executor/json.ts';
import type { FetchAnswer } from './merged-query.ts';

/** What a subgraph said, for whoever goes on to change it: a copy when it is shared. */
export function ownData({ data, shared }: FetchAnswer): JsonObject | null {
  return shared === undefined ? data : (copyOf(data) as JsonObject | null);
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const name of Object.keys(value)) put(copy, name, copyOf(value[name]));
  return copy;
}
