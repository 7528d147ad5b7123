import { createGather, type Gather } from '#kit/gather/gather.ts';
import type { Outbox, OutboxRow } from './outbox.ts';

/** Whose events are looked for. */
export interface Looking {
  readonly subscriber: string;
  /** Aggregates that are left out, as they are when the outbox is looked into. */
  passedOver(): readonly string[];
}

/** Events that a subscriber has taken. */
export interface Confirmation {
  readonly subscriber: string;
  readonly ids: readonly string[];
}

/** The one look into an outbox, and the one pen, of all its couriers: each question and each note is a command to the database, whoever has it. */
export interface Lookout {
  /** The oldest events that wait for a subscriber, at most a batch of them, a moment after it was asked for; all who ask within that moment are one read. */
  readonly look: Gather<Looking, OutboxRow[]>;
  /** The same at once, for who has enough to carry. */
  lookAtOnce(looking: Looking): Promise<OutboxRow[]>;
  /** Notes what was taken; what is taken within a moment is one write. */
  readonly confirm: Gather<Confirmation, undefined>;
}

/** Between two looks, milliseconds: under load this is what an event waits at most, and what is written meanwhile is carried together. */
const shortestLookMs = 250;

/** From the ring to the look, milliseconds: whoever has written the event answers its caller first. */
const breathMs = 20;

/** From a delivery to its note, milliseconds: what is told again after a crash is known for a repetition, and the next event of its aggregate is looked for later than that anyway. */
const noteMs = 100;

/** What may still be rolled back is not told, and no version is seen without the one before it. */
export const snapshot = { readConcern: { level: 'snapshot' } } as const;

/** Makes the lookout of an outbox; `batch` is how many events a courier takes at a time. */
export function createLookout(outbox: Outbox, batch: number): Lookout {
  let lookedAt = -Infinity;
  const find = (filter: object, limit: number) =>
    outbox.rows().find(filter, snapshot).sort({ _id: 1 }).limit(limit).toArray();
  const lookAtOnce = (looking: Looking) => find(pendingFor(looking.subscriber, looking.passedOver()), batch);

  return {
    lookAtOnce,
    look: createGather(
      async (asked: readonly Looking[]) => {
        lookedAt = performance.now();
        const [only] = asked;
        if (only !== undefined && asked.length === 1) return [await lookAtOnce(only)];
        const wanted = asked.map((looking) => ({ looking, passedOver: new Set(looking.passedOver()) }));
        const limit = batch * asked.length;
        // Mostly nobody passes anything over: a filter without alternatives is planned faster.
        const [those, others] = [
          wanted.filter(({ passedOver }) => passedOver.size === 0),
          wanted.filter(({ passedOver }) => passedOver.size > 0),
        ];
        const free = { pendingFor: { $in: those.map(({ looking }) => looking.subscriber) } };
        const rest = others.map(({ looking, passedOver }) => pendingFor(looking.subscriber, [...passedOver]));
        const rows = await find(rest.length === 0 ? free : { $or: [free, ...rest] }, limit);
        // Behind so many there may be more for those who found least.
        if (rows.length === limit) return Promise.all(asked.map(lookAtOnce));
        return wanted.map(({ looking: { subscriber }, passedOver }) =>
          rows.filter((row) => row.pendingFor.includes(subscriber) && !passedOver.has(row.aggregateId)).slice(0, batch),
        );
      },
      { afterMs: () => Math.max(breathMs, lookedAt + shortestLookMs - performance.now()) },
    ),
    confirm: createGather(
      async (confirmations: readonly Confirmation[]) => {
        const bySubscriber = Map.groupBy(confirmations, ({ subscriber }) => subscriber);
        await outbox.rows().bulkWrite(
          [...bySubscriber].map(([subscriber, its]) => ({
            updateMany: {
              filter: { _id: { $in: its.flatMap(({ ids }) => ids) } },
              update: [
                { $set: { pendingFor: { $setDifference: ['$pendingFor', [subscriber]] } } },
                { $set: { deliveredAt: { $cond: [{ $eq: ['$pendingFor', []] }, '$$NOW', '$$REMOVE'] } } },
              ],
            },
          })),
        );
        return confirmations.map(() => undefined);
      },
      { afterMs: () => noteMs },
    ),
  };
}

function pendingFor(subscriber: string, passedOver: readonly string[]) {
  return { pendingFor: subscriber, aggregateId: { $nin: [...passedOver] } };
}
