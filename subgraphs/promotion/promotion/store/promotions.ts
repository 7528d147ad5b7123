import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { createGather } from '#kit/gather/gather.ts';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { drawsOf } from '../../offer/domain/draw.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { Change } from '../../offer/domain/working-copy.ts';
import { isOpen, runningAt, spanOf } from '../../offer/domain/running.ts';
import { drawUpdate, OfferChangedError } from '../../offer/store/draw-update.ts';
import type { Promotion, PromotionStatus } from '../domain/promotion.ts';

/** Which promotions to list. */
export interface PromotionFilter {
  readonly status: PromotionStatus | null;
  readonly kinds: readonly string[] | null;
}

/** What an order takes of a promotion. */
export interface PromotionUse {
  readonly promotionId: string;
  readonly memberId: string | null;
  readonly amountMinor: number;
}

/** How often a member has used a promotion that limits it. */
interface MemberUses {
  _id: string;
  promotionId: string;
  memberId: string;
  uses: number;
}

const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];

/** Promotions and how much of them is used, in MongoDB. */
export function createPromotionStore(connection: Connection) {
  const promotions = defineModel<Promotion>(
    connection,
    'Promotion',
    {
      _id: { type: String, required: true },
      title: { zh: String, en: String },
      kind: String,
      startsAt: Date,
      endsAt: Date,
      scope: {
        productIds: [String],
        skuIds: [String],
        categorySlugs: [String],
        brandIds: [String],
        channels: [String],
        tierLevels: [Number],
      },
      ladder: [{ thresholdMinor: Number, thresholdQuantity: Number, amountOffMinor: Number, percentOff: String }],
      stacking: { group: String, exclusive: Boolean, priority: Number },
      currency: String,
      budget: { type: Object },
      usageLimit: Number,
      usesLeft: Number,
      perMemberLimit: Number,
      belowFloor: { type: { approvedBy: String, approvedAt: Date }, default: null },
      pausedAt: Date,
      endedAt: Date,
      createdAt: Date,
      createdBy: String,
    },
    // Equalities first, then the end of the window: what has long been over is never looked at.
    { collection: 'promotions', indexes: [{ key: { endedAt: 1, pausedAt: 1, endsAt: 1, startsAt: 1 } }] },
  );
  const memberUses = defineModel<MemberUses>(
    connection,
    'PromotionMemberUses',
    { _id: { type: String, required: true }, promotionId: String, memberId: String, uses: Number },
    { collection: 'promotionMemberUses' },
  );

  const runningQuery = (at: Date, until = at) =>
    promotions.find({
      endedAt: null,
      pausedAt: null,
      endsAt: trusted({ $gt: at }),
      startsAt: trusted({ $lte: until }),
    });
  /** What runs at any of the moments of concurrent calls is read once. */
  const runningTogether = createGather(async (moments: readonly Date[]) => {
    const [first, last] = spanOf(moments);
    const found = await runningQuery(first, last).lean<Promotion[]>().exec();
    const running = runningAt(found, first);
    // The same list for all to whom it is the same, so that what follows from it is worked out once.
    return moments.map((at) => (at.getTime() < running.until ? running.items : found.filter((one) => isOpen(one, at))));
  });
  const usesTogether = gatherKeys((keys) => rowsById(memberUses, keys));
  const listQuery = (filter: PromotionFilter, { first, after }: Page, at: Date) =>
    promotions
      .find({ $and: [filterOf(filter, at), keysetFilter(newestFirst, after)] })
      .sort(sortOf(newestFirst))
      .limit(first + 1);

  return {
    runningQuery,
    listQuery,
    async insert(promotion: Promotion): Promise<void> {
      await promotions.create([promotion]);
    },
    /** Within a transaction when given its session. */
    async byIds(ids: readonly string[], session: ClientSession | null = null): Promise<Map<string, Promotion>> {
      return rowsById(promotions, ids, session);
    },
    /** Those that nobody paused or ended and whose end is to come, as a majority has stored them; used-up ones among them. */
    standing: (at: Date): Promise<Promotion[]> =>
      promotions
        .find({ endedAt: null, pausedAt: null, endsAt: trusted({ $gt: at }) })
        .readConcern('majority')
        .lean<Promotion[]>()
        .exec(),
    /** Those whose window is open and that nobody paused or ended; used-up ones among them. */
    running: runningTogether,
    list: (filter: PromotionFilter, page: Page, at: Date): Promise<Promotion[]> =>
      listQuery(filter, page, at).lean<Promotion[]>().exec(),
    count: (filter: PromotionFilter, at: Date): Promise<number> =>
      promotions.countDocuments(filterOf(filter, at)).exec(),
    /** Sets or lifts the pause of a promotion that isn't over; the promotion afterwards, null when it is over or unknown. */
    setPaused: (id: string, pausedAt: Date | null, at: Date): Promise<Promotion | null> =>
      promotions
        .findOneAndUpdate(
          { _id: id, endedAt: null, endsAt: trusted({ $gt: at }) },
          { $set: { pausedAt } },
          { returnDocument: 'after' },
        )
        .lean<Promotion>()
        .exec(),
    /** Lets a promotion that isn't over take prices below their floors; the first approval counts. The promotion afterwards, null when it is over, unknown or wasn't meant to. */
    async approveBelowFloor(id: string, by: string, at: Date): Promise<Promotion | null> {
      const standing = { _id: id, endedAt: null, endsAt: trusted({ $gt: at }), belowFloor: trusted({ $ne: null }) };
      const approved = { 'belowFloor.approvedBy': by, 'belowFloor.approvedAt': at };
      await promotions.updateOne({ ...standing, 'belowFloor.approvedBy': null }, { $set: approved }).exec();
      return promotions.findOne(standing).lean<Promotion>().exec();
    },
    /** Ends a promotion; the first end counts. The promotion afterwards, null when unknown. */
    async end(id: string, at: Date): Promise<Promotion | null> {
      await promotions.updateOne({ _id: id, endedAt: null }, { $set: { endedAt: at } }).exec();
      return promotions.findById(id).lean<Promotion>().exec();
    },

    /** How often the member has used each of these promotions, as far as they limit it. */
    async usesOf(memberId: string, promotionIds: readonly string[]): Promise<Map<string, number>> {
      const keys = promotionIds.map((id) => memberCounterKey(id, memberId));
      const found = await usesTogether(keys);
      return new Map([...found.values()].map((row) => [row.promotionId, row.uses]));
    },
    /** How often members have used promotions, by `memberCounterKey`, as the transaction sees it. */
    async memberUses(session: ClientSession, counters: readonly string[]): Promise<Map<string, number>> {
      if (counters.length === 0) return new Map();
      const found = await memberUses
        .find({ _id: trusted({ $in: counters }) })
        .session(session)
        .lean<MemberUses[]>()
        .exec();
      return new Map(found.map(({ _id, uses }) => [_id, uses]));
    },
    /** Takes what orders hold off budgets and limits. Throws, which ends the transaction, when less is left than it has seen. */
    async draw(session: ClientSession, changes: readonly Change<Promotion>[]): Promise<void> {
      const draws = drawsOf(changes, (promotion) => promotion.usesLeft);
      if (draws.length === 0) return;
      const updates = draws.map((draw) => drawUpdate(draw, 'usesLeft'));
      const { modifiedCount } = await rowsOf(promotions).bulkWrite(updates, { session });
      if (modifiedCount !== draws.length) throw new OfferChangedError();
    },
    /** Counts more uses by members. */
    async countUses(session: ClientSession, counted: readonly { counter: string; uses: number }[]): Promise<void> {
      if (counted.length === 0) return;
      await rowsOf(memberUses).bulkWrite(
        counted.map(({ counter, uses }) => {
          const [promotionId = '', memberId = ''] = counter.split(':');
          const update = { $inc: { uses }, $setOnInsert: { promotionId, memberId } };
          return { updateOne: { filter: { _id: counter }, update, upsert: true } };
        }),
        { session },
      );
    },
    /** Forgets counts that have come to nothing. */
    async forgetUses(session: ClientSession, counters: readonly string[]): Promise<void> {
      await rowsOf(memberUses).deleteMany({ _id: { $in: [...counters] }, uses: { $lte: 0 } }, { session });
    },
    /** Turns a held amount into a spent one. */
    async settle(session: ClientSession, { promotionId, amountMinor }: PromotionUse): Promise<void> {
      await promotions
        .updateOne(
          { _id: promotionId, budget: trusted({ $ne: null }) },
          { $inc: { 'budget.committedMinor': -amountMinor, 'budget.spentMinor': amountMinor } },
        )
        .session(session)
        .exec();
    },
    /** Gives an amount, and a use, back: a held one, or one that was spent already. */
    async giveBack(session: ClientSession, use: PromotionUse, wasSpent: boolean): Promise<void> {
      const { promotionId, memberId, amountMinor } = use;
      const from = wasSpent ? 'budget.spentMinor' : 'budget.committedMinor';
      await promotions
        .updateOne(
          { _id: promotionId, budget: trusted({ $ne: null }) },
          { $inc: { [from]: -amountMinor, 'budget.leftMinor': amountMinor } },
        )
        .session(session)
        .exec();
      await promotions
        .updateOne({ _id: promotionId, usesLeft: trusted({ $ne: null }) }, { $inc: { usesLeft: 1 } })
        .session(session)
        .exec();
      if (memberId === null) return;
      await memberUses
        .updateOne({ _id: memberCounterKey(promotionId, memberId), uses: trusted({ $gte: 1 }) }, { $inc: { uses: -1 } })
        .session(session)
        .exec();
    },
  };
}
export type PromotionStore = ReturnType<typeof createPromotionStore>;

/** The stored conditions behind a status; the same rules as `promotionStatus`. */
function filterOf({ status, kinds }: PromotionFilter, at: Date): Record<string, unknown> {
  const open = { endedAt: null, endsAt: trusted({ $gt: at }) };
  const usedUp = [{ 'budget.leftMinor': 0 }, { usesLeft: 0 }];
  const byStatus = {
    ENDED: { $or: [{ endedAt: trusted({ $ne: null }) }, { endsAt: trusted({ $lte: at }) }] },
    EXHAUSTED: { ...open, $or: usedUp },
    PAUSED: { ...open, pausedAt: trusted({ $ne: null }), $nor: usedUp },
    SCHEDULED: { ...open, pausedAt: null, startsAt: trusted({ $gt: at }), $nor: usedUp },
    RUNNING: { ...open, pausedAt: null, startsAt: trusted({ $lte: at }), $nor: usedUp },
  };
  return {
    ...(status === null ? {} : byStatus[status]),
    ...(kinds === null ? {} : { kind: trusted({ $in: kinds }) }),
  };
}
