import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { Member, Profile } from '../domain/member.ts';
import type { GrowthState } from '../../growth/domain/growth.ts';

interface MemberRow {
  _id: string;
  /** The sealed {@link Profile} as JSON; null once the member was erased. */
  profile: string | null;
  createdAt: Date;
  erasedAt: Date | null;
  growth: number;
  tierLevel: number;
  reviewAt: Date;
  graceUntil: Date | null;
  /** When the tier review has to look at this member next: the end of the grace, or the review itself. */
  tierDueAt: Date;
}

/** Where members are kept. */
export type MembersStore = ReturnType<typeof createMembersStore>;

/** Members, with the growth value and the tier that every request of theirs needs. What names them is sealed. */
export function createMembersStore(connection: Connection, personalData: PersonalData) {
  const members = defineModel<MemberRow>(
    connection,
    'Member',
    {
      _id: { type: String, required: true },
      profile: { type: String, default: null },
      createdAt: { type: Date, required: true },
      erasedAt: { type: Date, default: null },
      growth: { type: Number, required: true },
      tierLevel: { type: Number, required: true },
      reviewAt: { type: Date, required: true },
      graceUntil: { type: Date, default: null },
      tierDueAt: { type: Date, required: true },
    },
    { collection: 'members', indexes: [{ key: { tierDueAt: 1 } }] },
  );

  const rowTogether = gatherRow((ids) => rowsById(members, ids));

  async function memberOf({ _id, profile, createdAt, erasedAt, ...state }: MemberRow): Promise<Member> {
    const opened = profile === null ? null : await personalData.open(profile, profileOf(_id));
    return {
      id: _id,
      profile: opened === null ? null : (JSON.parse(opened) as Profile),
      createdAt,
      erasedAt,
      growth: growthOf(state),
    };
  }

  async function rowOf({ id, profile, createdAt, erasedAt, growth }: Member): Promise<MemberRow> {
    const sealed = profile === null ? null : await personalData.seal(JSON.stringify(profile), profileOf(id));
    return { _id: id, profile: sealed, createdAt, erasedAt, ...growthFields(growth) };
  }

  return {
    async find(id: string): Promise<Member | null> {
      const row = await rowTogether(id);
      return row === null ? null : memberOf(row);
    },

    async findMany(ids: readonly string[]): Promise<Map<string, Member>> {
      const rows = await members
        .find({ _id: trusted({ $in: ids }) })
        .lean<MemberRow[]>()
        .exec();
      const found = await Promise.all(rows.map(memberOf));
      return new Map(found.map((member) => [member.id, member]));
    },

    /** The growth and the tier of a member, without opening what names them; null when there is none, or they were erased. */
    async growthOfShopper(id: string): Promise<GrowthState | null> {
      const row = await rowTogether(id);
      return row === null || row.erasedAt != null ? null : growthOf(row);
    },

    /** The growth and the tier of a member as a transaction sees them. */
    async growthIn(session: ClientSession, id: string): Promise<GrowthState | null> {
      const row = await members.findOne({ _id: id }).session(session).lean<MemberRow>().exec();
      return row === null ? null : growthOf(row);
    },

    /** Whether a member was erased; null when there is none. */
    async isErased(id: string): Promise<boolean | null> {
      const row = await rowTogether(id);
      return row === null ? null : row.erasedAt != null;
    },

    async add(session: ClientSession, added: readonly Member[]): Promise<void> {
      await members.insertMany(await Promise.all(added.map(rowOf)), { session });
    },

    /** Takes away what names a member. False when there is none, or it was done before. */
    async erase(session: ClientSession, id: string, at: Date): Promise<boolean> {
      const erased = await members
        .updateOne({ _id: id, erasedAt: null }, { $set: { profile: null, erasedAt: at } }, { session })
        .exec();
      return erased.matchedCount === 1;
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

/** Where the profile of a member is sealed. */
function profileOf(id: string) {
  return { owner: id, field: 'members.profile' };
}

function growthFields({ growth, tierLevel, reviewAt, graceUntil }: GrowthState) {
  return { growth, tierLevel, reviewAt, graceUntil, tierDueAt: graceUntil ?? reviewAt };
}

function growthOf({ growth, tierLevel, reviewAt, graceUntil }: GrowthState): GrowthState {
  return { growth, tierLevel, reviewAt, graceUntil };
}
