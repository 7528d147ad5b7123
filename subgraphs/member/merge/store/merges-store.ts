import type { ClientSession, Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { MemberMerge } from '../domain/member-merge.ts';

interface MergeRow extends Omit<MemberMerge, 'id' | 'reason'> {
  _id: string;
  /** Sealed for the member who has all now. */
  reason: string | null;
}

/** Which members turned out to be which. */
export type MergesStore = ReturnType<typeof createMergesStore>;

/** A member is shown so many of those who were merged into them. */
const mostShown = 100;

/** One row for each merge, for ever: it is what its idempotency key made. Why staff did it is sealed, since it may name somebody. */
export function createMergesStore(connection: Connection, personalData: PersonalData) {
  const text = { type: String, required: true } as const;
  const merges = defineModel<MergeRow>(
    connection,
    'MemberMerge',
    {
      _id: text,
      inputHash: text,
      mergedId: text,
      memberId: text,
      by: { kind: text, id: text },
      reason: { type: String, default: null },
      at: { type: Date, required: true },
    },
    { collection: 'member_merges', indexes: [{ key: { memberId: 1, _id: 1 } }] },
  );
  const placeOf = (id: string, memberId: string) => ({ owner: memberId, field: 'member_merges.reason', of: id });

  async function mergeOf({ _id, reason, ...rest }: MergeRow): Promise<MemberMerge> {
    const opened = reason === null ? null : await personalData.open(reason, placeOf(_id, rest.memberId));
    return { id: _id, ...rest, reason: opened };
  }

  return {
    /** The merge of this id; null when there was none. */
    async find(id: string): Promise<MemberMerge | null> {
      const row = (await rowsById(merges, [id])).get(id);
      return row === undefined ? null : mergeOf(row);
    },

    /** Who was merged into whom, by the merge's id; those behind `after`. */
    async page(after: string, limit: number): Promise<Pick<MemberMerge, 'id' | 'mergedId' | 'memberId'>[]> {
      const rows = await merges
        .find({ _id: trusted({ $gt: after }) }, { mergedId: 1, memberId: 1 })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<Pick<MergeRow, '_id' | 'mergedId' | 'memberId'>[]>()
        .exec();
      return rows.map(({ _id: id, mergedId, memberId }) => ({ id, mergedId, memberId }));
    },

    /** Who was merged into members, the newest first. */
    async ofMembers(memberIds: readonly string[]): Promise<Map<string, MemberMerge[]>> {
      const rows = await merges
        .find({ memberId: trusted({ $in: memberIds }) })
        .lean<MergeRow[]>()
        .exec();
      const found = await Promise.all(rows.map(mergeOf));
      const newestFirst = found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : 1));
      const byMember = Map.groupBy(newestFirst, ({ memberId }) => memberId);
      return new Map([...byMember].map(([id, all]) => [id, all.slice(0, mostShown)]));
    },

    /** Writes a merge down. Those into the member who is gone now are into the other one. */
    async add(session: ClientSession, { id, reason, ...merge }: MemberMerge): Promise<void> {
      const { mergedId, memberId } = merge;
      const earlier = await merges.find({ memberId: mergedId }, null, { session }).lean<MergeRow[]>().exec();
      for (const row of earlier) {
        const { reason: words } = await mergeOf(row);
        const sealed = words === null ? null : await personalData.seal(words, placeOf(row._id, memberId));
        await merges.updateOne({ _id: row._id }, { $set: { memberId, reason: sealed } }, { session }).exec();
      }
      const sealed = reason === null ? null : await personalData.seal(reason, placeOf(id, memberId));
      await merges.insertMany([{ _id: id, ...merge, reason: sealed }], { session });
    },
  };
}
