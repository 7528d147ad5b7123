import type { Outbox } from './outbox.ts';

/** Events that somebody hasn't confirmed yet. */
export interface Backlog {
  readonly waiting: number;
  /** Of the one that happened first; null when none waits. */
  readonly oldestId: string | null;
  readonly oldestSeconds: number | null;
}

/** Counting stops here: more is simply a lot. */
const mostCounted = 10_000;

/** How many events of a subgraph wait for a listener, and since when. */
export async function backlogOf({ rows }: Outbox, now: Date): Promise<Backlog> {
  const waits = { pendingFor: { $gt: '' } };
  const [oldest] = await rows().find(waits).sort({ pendingFor: 1, _id: 1 }).limit(1).toArray();
  if (oldest === undefined) return { waiting: 0, oldestId: null, oldestSeconds: null };
  const waiting = await rows().countDocuments(waits, { limit: mostCounted });
  return { waiting, oldestId: oldest._id, oldestSeconds: (now.getTime() - oldest.at.getTime()) / 1_000 };
}
