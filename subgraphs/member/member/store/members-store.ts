import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { mergedIntoIndex } from '../../merge/store/merged-into-index.ts';
import type { KnownMember, Member, Profile } from '../domain/member.ts';
import type { GrowthState } from '../../growth/domain/growth.ts';

interface MemberRow {
  _id: string;
  /** The sealed {@link Profile} as JSON; null once the member was erased. */
  profile: string | null;
  createdAt: Date;
  erasedAt: Date | null;
  /** Of somebody who turned out to be another member: that one. */
  mergedInto: string | null;
  growth: number;
  tierLevel: number;
  reviewAt: Date;
  graceUntil: Date | null;
  /** When the tier review has to look at this member next: the end of the grace, or the review itself; null for who was merged. */
  tierDueAt: Date | null;
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
      mergedInto: { type: String, default: null },
      growth: { type: Number, required: true },
      tierLevel: { type: Number, required: true },
      reviewAt: { type: Date, required: true },
      graceUntil: { type: Date, default: null },
      tierDueAt: { type: Date, default: null },
    },
    { collection: 'members', indexes: [{ key: { tierDueAt: 1 } }, mergedIntoIndex] },
  );

  const rowTogether = gatherRow((ids) => rowsById(members, ids));

  async function memberOf({ _id, profile, createdAt, erasedAt, mergedInto, ...state }: MemberRow): Promise<Member> {
    const opened = profile === null ? null : await personalData.open(profile, profileOf(_id));
    return {
      id: _id,
      profile: opened === null ? null : (JSON.parse(opened) as Profile),
      createdAt,
      erasedAt,
      mergedInto: mergedInto ?? null,
      growth: growthOf(state),
    };
  }

  async function rowOf({ id, profile, createdAt, erasedAt, mergedInto, growth }: Member): Promise<MemberRow> {
    const sealed = profile === null ? null : await personalData.seal(JSON.stringify(profile), profileOf(id));
    return { _id: id, profile: sealed, createdAt, erasedAt, mergedInto, ...growthFields(growth) };
  }

  return {
    async find(id: string): Promise<Member | null> {
      const row = await rowTogether(id);
      return row === null ? null : memberOf(row);
    },

    async findMany(ids: readonly string[]): Promise<Map<string, Member>> {
      const rows = await rowsById(members, ids);
      const found = await Promise.all([...rows.values()].map(memberOf));
      return new Map(found.map((member) => [member.id, member]));
    },

    /** Members by the ids that they are asked by: for somebody who was merged it is the one that they turned out to be. */
    async survivors(ids: readonly string[]): Promise<Map<string, Member>> {
      const found = await this.findMany(ids);
      const merged = [...found.values()].flatMap(({ mergedInto }) => mergedInto ?? []);
      const others = merged.length === 0 ? found : await this.findMany(merged);
      return new Map(
        [...found].flatMap(([id, member]) => {
          const survivor = member.mergedInto === null ? member : others.get(member.mergedInto);
          return survivor === undefined ? [] : [[id, survivor] as const];
        }),
      );
    },

    /** A member as a transaction sees them, whether or not they were merged. */
    async findIn(session: ClientSession, id: string): Promise<Member | null> {
      const row = (await rowsById(members, [id], session)).get(id);
      return row === undefined ? null : memberOf(row);
    },

    /** The growth and the tier of a member, without opening what names them; null when there is none, or they were erased. */
    async growthOfShopper(id: string): Promise<GrowthState | null> {
      const row = await rowTogether(id);
      if (row?.mergedInto != null) return this.growthOfShopper(row.mergedInto);
      return row === null || row.erasedAt != null ? null : growthOf(row);
    },

    /** Growth and tier as a transaction sees them, and whose they are: for somebody who was merged, those of whom they turned out to be. */
    async growthIn(
      session: ClientSession,
      id: string,
    ): Promise<{ readonly memberId: string; readonly growth: GrowthState } | null> {
      const row = (await rowsById(members, [id], session)).get(id);
      if (row?.mergedInto != null) return this.growthIn(session, row.mergedInto);
      return row === undefined ? null : { memberId: id, growth: growthOf(row) };
    },

    /** A member and all who were merged into them. */
    async idsOf(session: ClientSession, id: string): Promise<string[]> {
      const rows = await members
        .find({ mergedInto: id }, { _id: 1 }, { session })
        .lean<Pick<MemberRow, '_id'>[]>()
        .exec();
      return [id, ...rows.map(({ _id }) => _id)];
    },

    /** What became of a member: whether they were erased, and into whom they were merged. Null when there is none. */
    async fateOf(id: string): Promise<{ readonly isErased: boolean; readonly mergedInto: string | null } | null> {
      const row = await rowTogether(id);
      return row === null ? null : { isErased: row.erasedAt != null, mergedInto: row.mergedInto ?? null };
    },

    async add(session: ClientSession, added: readonly Member[]): Promise<void> {
      await members.insertMany(await Promise.all(added.map(rowOf)), { session });
    },

    /** Takes away what names a member. False when there is none, it was done before, or they were merged. */
    async erase(session: ClientSession, id: string, at: Date): Promise<boolean> {
      const erased = await members
        .updateOne(
          { _id: id, erasedAt: null, mergedInto: null },
          { $set: { profile: null, erasedAt: at } },
          { session },
        )
        .exec();
      return erased.matchedCount === 1;
    },

    /** Writes that one member turned out to be another, whose new profile and growth these are. False when one of them was merged or erased before. */
    async merge(session: ClientSession, from: Member, into: KnownMember): Promise<boolean> {
      const standing = { erasedAt: null, mergedInto: null };
      const { profile, ...growth } = await rowOf(into);
      const kept = await members
        .updateOne({ _id: into.id, ...standing }, { $set: { profile, ...growthFields(growth) } }, { session })
        .exec();
      const gone = { profile: null, mergedInto: into.id, ...growthFields(from.growth), tierDueAt: null };
      const merged = await members.updateOne({ _id: from.id, ...standing }, { $set: gone }, { session }).exec();
      await members.updateMany({ mergedInto: from.id }, { $set: { mergedInto: into.id } }, { session }).exec();
      return kept.matchedCount === 1 && merged.matchedCount === 1;
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
