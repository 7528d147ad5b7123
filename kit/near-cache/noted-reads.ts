import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';

/** What a read model had to do with an answer. */
export const readModelUseSchema = z.object({
  /** Which it was, by a name of ours. */
  readModel: z.string(),
  /** How old what was read from memory was at most, milliseconds: every change before that was known. 0 when all was read from the database. */
  ageMs: z.number(),
  /** Reads that were answered from memory. */
  fromMemory: z.number(),
  /** Reads that the database was asked for. */
  fromDatabase: z.number(),
});
export type ReadModelUse = z.infer<typeof readModelUseSchema>;

const current = new AsyncLocalStorage<Map<string, ReadModelUse>>();
/** Requests whose reads are noted: nearly always none, and then a read costs nothing more. */
let underWay = 0;

/** Does something and tells which read models were read for it. */
export async function notingReads<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; reads: readonly ReadModelUse[] }> {
  const reads = new Map<string, ReadModelUse>();
  underWay += 1;
  try {
    const value = await current.run(reads, work);
    return { value, reads: [...reads.values()] };
  } finally {
    underWay -= 1;
  }
}

/** Notes a read for whoever wants to know; `ageMs` tells how old what is in memory is at most, null says that the database is asked. */
export function noteRead(readModel: string, ageMs: (() => number) | null): void {
  const reads = underWay === 0 ? undefined : current.getStore();
  if (reads === undefined) return;
  const before = reads.get(readModel) ?? { readModel, ageMs: 0, fromMemory: 0, fromDatabase: 0 };
  reads.set(readModel, {
    readModel,
    ageMs: ageMs === null ? before.ageMs : Math.max(before.ageMs, Math.ceil(ageMs())),
    fromMemory: before.fromMemory + (ageMs === null ? 0 : 1),
    fromDatabase: before.fromDatabase + (ageMs === null ? 1 : 0),
  });
}
