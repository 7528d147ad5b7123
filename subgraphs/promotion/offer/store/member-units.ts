import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { memberCounterKey } from '../domain/member-counter.ts';

const membersAtOnce = 10_000;

/** How many units of something a member has, by `memberCounterKey`. */
interface MemberUnits {
  _id: string;
  units: number;
}

/** How many units each member has of what is sold in a limited number. */
export function createMemberUnits(
  connection: Connection,
  { model, collection }: Record<'model' | 'collection', string>,
) {
  const memberUnits = defineModel<MemberUnits>(
    connection,
    model,
    { _id: { type: String, required: true }, units: Number },
    { collection },
  );

  return {
    /** How many units members have, by `memberCounterKey`, as the transaction sees it. */
    async memberUnits(session: ClientSession, counters: readonly string[]): Promise<Map<string, number>> {
      if (counters.length === 0) return new Map();
      const found = await memberUnits
        .find({ _id: trusted({ $in: counters }) })
        .session(session)
        .lean<MemberUnits[]>()
        .exec();
      return new Map(found.map(({ _id, units }) => [_id, units]));
    },
    /** Everybody who has, or had, units of something, by the id of the member; a batch at a time. */
    async *buyersOf(ofId: string): AsyncGenerator<string[]> {
      const [first, beyond] = [memberCounterKey(ofId, ''), memberCounterKey(ofId, '\uffff')];
      let last = first;
      for (;;) {
        const rows = await rowsOf(memberUnits)
          .find({ _id: { $gt: last, $lt: beyond } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit: membersAtOnce })
          .toArray();
        if (rows.length > 0) yield rows.map(({ _id }) => _id.slice(first.length));
        const final = rows.at(-1);
        if (final === undefined || rows.length < membersAtOnce) return;
        last = final._id;
      }
    },
    /** Counts more units for members; `before` as the transaction has read it, undefined for who had none ever. */
    async countUnits(
      session: ClientSession,
      counted: readonly { readonly counter: string; readonly before: number | undefined; readonly now: number }[],
    ): Promise<void> {
      const { first = [], more = [] } = Object.groupBy(counted, ({ before }) =>
        before === undefined ? 'first' : 'more',
      );
      const rows = rowsOf(memberUnits);
      if (first.length > 0) {
        await rows.insertMany(
          first.map(({ counter, now }) => ({ _id: counter, units: now })),
          { session },
        );
      }
      if (more.length === 0) return;
      const byUnits = Map.groupBy(more, ({ before = 0, now }) => now - before);
      await rows.bulkWrite(
        [...byUnits].map(([units, those]) => ({
          updateMany: { filter: { _id: { $in: those.map(({ counter }) => counter) } }, update: { $inc: { units } } },
        })),
        { session },
      );
    },
    /** Forgets counts that have come to nothing. */
    async forgetUnits(session: ClientSession, counters: readonly string[]): Promise<void> {
      await rowsOf(memberUnits).deleteMany({ _id: { $in: [...counters] }, units: { $lte: 0 } }, { session });
    },
    /** Takes units that were given back off the member's count. */
    async uncountUnits(
      session: ClientSession,
      { itemId, memberId, quantity }: { readonly itemId: string; readonly memberId: string; readonly quantity: number },
    ): Promise<void> {
      await memberUnits
        .updateOne({ _id: memberCounterKey(itemId, memberId) }, { $inc: { units: -quantity } })
        .session(session)
        .exec();
    },
  };
}
