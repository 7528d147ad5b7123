import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { drawsOf } from '../../offer/domain/draw.ts';
import type { Change } from '../../offer/domain/working-copy.ts';
import { drawUpdate, OfferChangedError } from '../../offer/store/draw-update.ts';
import type { CouponTemplate } from '../domain/coupon-template.ts';

/** For whom claimable coupons are listed. */
export interface ClaimableTo {
  readonly channel: string;
  readonly tierLevel: number | null;
}

/** How many coupons of a template a member has claimed. */
interface MemberClaims {
  _id: string;
  claims: number;
}

const endingFirst: readonly SortField[] = [
  { field: 'endsAt', direction: 1 },
  { field: '_id', direction: 1 },
];

/** Kinds of coupons, with how many were claimed and what they cost, in MongoDB. */
export function createCouponTemplateStore(connection: Connection) {
  const templates = defineModel<CouponTemplate>(
    connection,
    'CouponTemplate',
    {
      _id: { type: String, required: true },
      title: { zh: String, en: String },
      code: String,
      scope: {
        productIds: [String],
        skuIds: [String],
        categorySlugs: [String],
        brandIds: [String],
        channels: [String],
        tierLevels: [Number],
      },
      thresholdMinor: Number,
      amountOffMinor: Number,
      percentOff: String,
      currency: String,
      startsAt: Date,
      endsAt: Date,
      validDays: Number,
      totalLimit: Number,
      claimsLeft: Number,
      perMemberLimit: Number,
      stacking: { group: String, exclusive: Boolean, priority: Number },
      budget: { type: Object },
      createdAt: Date,
      createdBy: String,
    },
    {
      collection: 'couponTemplates',
      indexes: [
        { key: { endsAt: 1, _id: 1 } },
        { key: { code: 1 }, unique: true, partialFilterExpression: { code: { $type: 'string' } } },
      ],
    },
  );
  const memberClaims = defineModel<MemberClaims>(
    connection,
    'CouponMemberClaims',
    { _id: { type: String, required: true }, claims: Number },
    { collection: 'couponMemberClaims' },
  );

  const claimableQuery = (to: ClaimableTo, { first, after }: Page, at: Date) =>
    templates
      .find({ $and: [claimable(to, at), keysetFilter(endingFirst, after)] })
      .sort(sortOf(endingFirst))
      .limit(first + 1);

  return {
    claimableQuery,
    /** False when the code belongs to another template. */
    async insert(template: CouponTemplate): Promise<boolean> {
      try {
        await templates.create([template]);
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'code_1')) return false;
        throw error;
      }
    },
    /** Within a transaction when given its session. */
    async byIds(ids: readonly string[], session: ClientSession | null = null): Promise<Map<string, CouponTemplate>> {
      return rowsById(templates, ids, session);
    },
    /** By `codeOf` the typed code. */
    async byCodes(codes: readonly string[]): Promise<Map<string, CouponTemplate>> {
      // The type condition lets the planner use the partial index.
      const found = await templates
        .find({ $and: [{ code: trusted({ $in: codes }) }, { code: trusted({ $gte: '' }) }] })
        .lean<CouponTemplate[]>()
        .exec();
      return new Map(found.map((template) => [template.code ?? '', template]));
    },
    claimable: (to: ClaimableTo, page: Page, at: Date): Promise<CouponTemplate[]> =>
      claimableQuery(to, page, at).lean<CouponTemplate[]>().exec(),
    countClaimable: (to: ClaimableTo, at: Date): Promise<number> => templates.countDocuments(claimable(to, at)).exec(),

    /** How many coupons members have claimed of templates, by `memberCounterKey`, as the transaction sees it. */
    async memberClaims(session: ClientSession, counters: readonly string[]): Promise<Map<string, number>> {
      if (counters.length === 0) return new Map();
      const found = await memberClaims
        .find({ _id: trusted({ $in: counters }) })
        .session(session)
        .lean<MemberClaims[]>()
        .exec();
      return new Map(found.map(({ _id, claims }) => [_id, claims]));
    },
    /** Takes claims off limits and what orders hold off budgets. Throws, which ends the transaction, when less is left than it has seen. */
    async draw(session: ClientSession, changes: readonly Change<CouponTemplate>[]): Promise<void> {
      const draws = drawsOf(changes, (template) => template.claimsLeft);
      if (draws.length === 0) return;
      const updates = draws.map((draw) => drawUpdate(draw, 'claimsLeft'));
      const { modifiedCount } = await rowsOf(templates).bulkWrite(updates, { session });
      if (modifiedCount !== draws.length) throw new OfferChangedError();
    },
    /** Counts more claims by members. */
    async countClaims(session: ClientSession, counted: readonly { counter: string; claims: number }[]): Promise<void> {
      if (counted.length === 0) return;
      await rowsOf(memberClaims).bulkWrite(
        counted.map(({ counter, claims }) => ({
          updateOne: { filter: { _id: counter }, update: { $inc: { claims } }, upsert: true },
        })),
        { session },
      );
    },
    /** Forgets counts that have come to nothing. */
    async forgetClaims(session: ClientSession, counters: readonly string[]): Promise<void> {
      await rowsOf(memberClaims).deleteMany({ _id: { $in: [...counters] }, claims: { $lte: 0 } }, { session });
    },
    /** Turns a held amount into a spent one. */
    async settle(session: ClientSession, templateId: string, amountMinor: number): Promise<void> {
      await templates
        .updateOne(
          { _id: templateId, budget: trusted({ $ne: null }) },
          { $inc: { 'budget.committedMinor': -amountMinor, 'budget.spentMinor': amountMinor } },
        )
        .session(session)
        .exec();
    },
    /** Gives an amount back: a held one, or one that was spent already. */
    async giveBack(session: ClientSession, templateId: string, amountMinor: number, wasSpent: boolean): Promise<void> {
      const from = wasSpent ? 'budget.spentMinor' : 'budget.committedMinor';
      await templates
        .updateOne(
          { _id: templateId, budget: trusted({ $ne: null }) },
          { $inc: { [from]: -amountMinor, 'budget.leftMinor': amountMinor } },
        )
        .session(session)
        .exec();
    },
  };
}
export type CouponTemplateStore = ReturnType<typeof createCouponTemplateStore>;

/** Coupons given out by code are not for everybody to see. */
function claimable({ channel, tierLevel }: ClaimableTo, at: Date): Record<string, unknown> {
  return {
    code: null,
    endsAt: trusted({ $gt: at }),
    startsAt: trusted({ $lte: at }),
    $and: [
      { $or: [{ totalLimit: null }, { claimsLeft: trusted({ $gte: 1 }) }] },
      { $or: [{ 'scope.channels': trusted({ $size: 0 }) }, { 'scope.channels': channel }] },
      {
        $or: [
          { 'scope.tierLevels': trusted({ $size: 0 }) },
          ...(tierLevel === null ? [] : [{ 'scope.tierLevels': tierLevel }]),
        ],
      },
    ],
  };
}
