import { allocate } from '#kit/money/allocate.ts';
import { goodsMinor, type Order, type OrderLine } from '../../order/domain/order.ts';
import { refundStatusOf } from '../../refund/domain/refund-share.ts';
import { cutOfTenders, payersOf, tendersOf } from './lineage.ts';

/** Units of a line of the whole that become a line of a part. A line that stays whole keeps its id. */
export interface PartLine {
  readonly fromLineId: string;
  readonly lineId: string;
  readonly quantity: number;
}

/** One of the orders that take the place of the whole. */
export interface Part {
  readonly orderId: string;
  readonly number: string;
  readonly lines: readonly PartLine[];
}

/**
 * The orders that take the place of a paid one. Lines keep what was paid for them; the amounts of a line that is divided, freight, points and what has gone back
 * are shared out by largest remainder, so that every amount of the parts adds up to that of the whole. RangeError unless the parts have exactly its units.
 */
export function splitOrder(whole: Order, parts: readonly Part[], at: Date): Order[] {
  const lines = dividedLines(whole, parts);
  const goods = lines.map((own) => goodsMinor({ lines: own }));
  const freight = allocate(whole.freightMinor, lines.map(gramsOf));
  const refundedGoods = lines.map((own) => own.reduce((total, line) => total + line.claimedMinor, 0));
  // Points go with the goods that they can still go back for: a part without any has none left, else its last ones would stay behind.
  const pointsReturned = allocate(whole.pointsReturned, refundedGoods);
  const goodsLeft = goods.map((minor, index) => minor - (refundedGoods[index] ?? 0));
  const pointsLeft = allocate(whole.pointsSpent - whole.pointsReturned, goodsLeft);
  const refundedFreight = allocate(whole.refundedMinor - whole.refundedGoodsMinor, freight, freight);
  const all = tendersOf(whole);
  let skipped = 0;
  return parts.map(({ orderId, number }, index): Order => {
    const own = lines[index] ?? [];
    const subtotalMinor = own.reduce((total, line) => total + line.unitPriceMinor * line.quantity, 0);
    const [goodsPaid, freightMinor] = [goods[index] ?? 0, freight[index] ?? 0];
    const [refundedGoodsMinor, returned] = [refundedGoods[index] ?? 0, pointsReturned[index] ?? 0];
    const pointsSpent = returned + (pointsLeft[index] ?? 0);
    const refundedMinor = refundedGoodsMinor + (refundedFreight[index] ?? 0);
    // Of each tender the points that went back come first, so that every part can give its own back.
    const tenders = cutOfTenders(all, skipped, pointsSpent);
    skipped += pointsSpent;
    const { placementId: _placed, editedBy: _edited, splitInto: _split, presale: _presale, ...shared } = whole;
    return {
      ...shared,
      _id: orderId,
      number,
      status: 'PAID',
      version: 0,
      lines: own,
      deliveries: [],
      benefits: { promotions: [], coupons: [], flashTicketId: null },
      subtotalMinor,
      discountMinor: subtotalMinor - goodsPaid,
      freightMinor,
      totalMinor: goodsPaid + freightMinor,
      paidMinor: goodsPaid + freightMinor,
      pointsSpent,
      pointsReturned: returned,
      refundedMinor,
      refundedGoodsMinor,
      refundedBefore: refundedMinor,
      refundStatus: refundStatusOf(refundedGoodsMinor, goodsPaid),
      attempt: 1,
      regroupingId: null,
      splitFrom: whole._id,
      paidThrough: payersOf(whole),
      tenders,
      staffNotes: [],
      timeline: [...whole.timeline, { at, status: 'PAID', actor: 'staff', note: `SPLIT_FROM:${whole.number}` }],
    };
  });
}

/** The lines of every part, in the order of the whole. */
function dividedLines(whole: Order, parts: readonly Part[]): OrderLine[][] {
  const made = parts.map((): OrderLine[] => []);
  for (const line of whole.lines) {
    const taken = parts.flatMap((part, index) =>
      part.lines.filter(({ fromLineId }) => fromLineId === line.lineId).map((one) => ({ index, ...one })),
    );
    const units = taken.map(({ quantity }) => quantity);
    if (units.reduce((sum, quantity) => sum + quantity, 0) !== line.quantity || units.some((quantity) => quantity < 1))
      throw new RangeError(`the parts have ${units.join(' + ')} units of the ${line.quantity} of line ${line.lineId}`);
    if (taken.length > 1 && line.claimedUnits > 0)
      throw new RangeError(`units of line ${line.lineId} went back: it can't be divided`);
    const totals = allocate(line.totalMinor, units);
    const steps = line.steps.map((step) => ({
      step,
      before: allocate(step.beforeMinor, units),
      after: allocate(step.afterMinor, units),
    }));
    for (const [nth, { index, lineId, quantity }] of taken.entries()) {
      made[index]?.push({
        ...line,
        lineId,
        quantity,
        totalMinor: totals[nth] ?? 0,
        steps: steps.map(({ step, before, after }) => ({
          ...step,
          beforeMinor: before[nth] ?? 0,
          afterMinor: after[nth] ?? 0,
        })),
      });
    }
  }
  return made;
}

function gramsOf(lines: readonly OrderLine[]): number {
  return lines.reduce((total, line) => total + line.weightGrams * line.quantity, 0);
}
