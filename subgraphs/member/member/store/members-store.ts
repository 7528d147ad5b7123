import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { Member } from '../domain/member.ts';
import type { GrowthState } from '../../growth/domain/growth.ts';

interface MemberRow {
  _id: string;
  displayName: string;
  email: string | null;
  phone: string | null;
  createdAt: Date;
  growth: number;
  tierLevel: number;
  reviewAt: Date;
  graceUntil: Date | null;
  /** When the tier review has to look at this member next: the end of the grace, or the review itself. */
  tierDueAt: Date;
}

/** Where members are kept. */
export type MembersStore = ReturnType<typeof createMembersStore>;

/** Members, with the growth value and the tier that every request of theirs needs. */
export function createMembersStore(connection: Connection) {
  const members = defineModel<MemberRow>(
    connection,
    'Member',
    {
      _id: { type: String, required: true },
      displayName: { type: String, required: true },
      email: { type: String, default: null },
      phone: { type: String, default: null },
      createdAt: { type: Date, required: true },
      growth: { type: Number, required: true },
      tierLevel: { type: Number, required: true },
      reviewAt: { type: Date, required: true },
      graceUntil: { type: Date, default: null },
      tierDueAt: { type: Date, required: true },
    },
    { collection: 'members', indexes: [{ key: { tierDueAt: 1 } }] },
  );

  const rowTogether = gatherRow((ids) => rowsById(members, ids));

  return {
    async find(id: string, session: ClientSession | null = null): Promise<Member | null> {
      const row =
        session === null
          ? await rowTogether(id)
          : await members.findOne({ _id: id }).session(session).lean<MemberRow>().exec();
      return row === null ? null : memberOf(row);
    },

    async findMany(ids: readonly string[]): Promise<Map<string, Member>> {
      const rows = await members
        .find({ _id: trusted({ $in: ids }) })
        .lean<MemberRow[]>()
        .exec();
      return new Map(rows.map((row) => [row._id, memberOf(row)]));
    },

    async add(session: ClientSession, added: readonly Member[]): Promise<void> {
      await members.insertMany(added.map(rowOf), { session });
    },

    /** Writes a member's growth and tier. Another transaction that does so at the same time makes this one begin again. */
    async setGrowth(session: ClientSession, id: string, state: GrowthState): Promise<void> {
      await members.updateOne({ _id: id }, { $set: growthFields(state) }, { session }).exec();
    },

    /** Members whose tier has to be looked at by `now`, those who wait longest first. */
    async dueForTierReview(now: Date, limit: number): Promise<string[]> {
      const rows = await members
        .find({ tierDueAt: trusted({ $lte: now }) })
        .sort({ tierDueAt: 1 })
        .limit(limit)
        .select({ _id: 1 })
        .lean<Pick<MemberRow, '_id'>[]>()
        .exec();
      return rows.map(({ _id }) => _id);
    },
  };
}

function growthFields({ growth, tierLevel, reviewAt, graceUntil }: GrowthState) {
  return { growth, tierLevel, reviewAt, graceUntil, tierDueAt: graceUntil ?? reviewAt };
}

function rowOf({ id, displayName, email, phone, createdAt, growth }: Member): MemberRow {
  return { _id: id, displayName, email, phone, createdAt, ...growthFields(growth) };
}

function memberOf({ _id, displayName, email, phone, createdAt, ...state }: MemberRow): Member {
  const { growth, tierLevel, reviewAt, graceUntil } = state;
  return { id: _id, displayName, email, phone, createdAt, growth: { growth, tierLevel, reviewAt, graceUntil } };
}
