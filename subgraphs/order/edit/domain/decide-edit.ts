import {
  accepted,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import { badQuantity, isQuantity, mostLines, oneLinePerSku, type LineInput } from '../../order/domain/line-input.ts';
import { attemptOf, type Order } from '../../order/domain/order.ts';
import { pointsShare, shareOf } from '../../refund/domain/refund-share.ts';
import { hasOpenClaims } from '../../split-and-merge/domain/lineage.ts';
import type { OrderEdit, RemovedUnits } from './order-edit.ts';

/** What a person wants to have otherwise: new quantities of lines, goods besides, and what takes off the price of an order that isn't paid. */
export interface EditWish {
  readonly quantities: readonly { readonly orderLineId: string; readonly quantity: number }[];
  readonly additions: readonly LineInput[];
  /** The coupons that the order shall have; absent: those that it has, as far as they apply. */
  readonly couponIds?: readonly string[] | undefined;
  /** The points that it shall spend, what can't be spent being left; absent: at most those that it spends. */
  readonly pointsToSpend?: number | undefined;
}

/** The units that leave an order and the goods that come, one line a SKU. */
export interface GoodsOfEdit {
  readonly removed: readonly RemovedUnits[];
  readonly added: readonly LineInput[];
}

/** Whether the goods of an order may be changed: paid or to be paid, nothing shipped, its money and its goods its own. The state that forbids it, or null. */
export function forbidsEdit(order: Order): string | null {
  if (order.status !== 'PAID' && order.status !== 'PENDING_PAYMENT') return order.status;
  if (order.cancellation !== null) return 'CANCELLING';
  if (order.regroupingId != null) return 'REGROUPING';
  if (order.addressChange != null) return 'READDRESSING';
  if (order.refundStatus === 'FULL') return 'REFUNDED';
  // The amounts of its kin are compared with its own.
  if (order.splitFrom !== undefined || order.mergedFrom !== undefined) return 'REGROUPED';
  // Its money is with somebody else.
  if (order.external !== null) return 'EXTERNAL';
  // What a ticket or a presale promised is neither more nor less.
  if (order.benefits.flashTicketId !== null) return 'FLASH_SALE';
  if (order.presale !== undefined || order.lines.some(({ shipsAfter }) => shipsAfter != null)) return 'PRESALE';
  return hasOpenClaims(order) ? 'AFTER_SALE_OPEN' : null;
}

/** Whether coupons or points of an order may be changed like this: only before it is paid, and points are 0 or more. Null, or why not. */
export function wrongBenefits(order: Pick<Order, 'status'>, { couponIds, pointsToSpend }: EditWish): Refusal | null {
  if (couponIds === undefined && pointsToSpend === undefined) return null;
  const path = [couponIds === undefined ? 'pointsToSpend' : 'couponIds'];
  if (order.status === 'PAID') return invalidState(path, { state: order.status });
  if (pointsToSpend === undefined || pointsToSpend >= 0) return null;
  return invalidInput(['pointsToSpend'], {
    en: 'Points are a whole number of 0 or more.',
    zh: '积分须为不小于 0 的整数。',
  });
}

/**
 * What an edit takes out and puts in. Fewer units of a line are taken out of it; more are added as a line of their own, at the price of the day. Refuses with
 * `NotFoundError` (line) and `InvalidInputError` (quantities, a line named twice, nothing changed, nothing left, too many lines).
 */
export function decideEdit(order: Order, wish: EditWish): Outcome<GoodsOfEdit> {
  const { quantities, additions, couponIds, pointsToSpend } = wish;
  const wrongly = wrongBenefits(order, wish);
  if (wrongly !== null) return refused(wrongly);
  const removed: RemovedUnits[] = [];
  const more: LineInput[] = [];
  const named = new Set<string>();
  for (const [index, { orderLineId, quantity }] of quantities.entries()) {
    const path = ['quantities', String(index)];
    const line = order.lines.find(({ lineId }) => lineId === orderLineId);
    if (line === undefined) return refused(notFound([...path, 'orderLineId'], 'orderLine'));
    if (named.has(orderLineId))
      return refused(
        invalidInput([...path, 'orderLineId'], { en: 'Name each line once.', zh: '每个商品行只能出现一次。' }),
      );
    named.add(orderLineId);
    if (!isQuantity(quantity, 0)) return refused(badQuantity([...path, 'quantity'], 0));
    const units = line.quantity - line.claimedUnits - quantity;
    if (units > 0) removed.push({ orderLineId, skuId: line.skuId, quantity: units, minor: shareOf(line, units) });
    if (units < 0) more.push({ skuId: line.skuId, quantity: -units });
  }
  for (const [index, { quantity }] of additions.entries())
    if (!isQuantity(quantity)) return refused(badQuantity(['additions', String(index), 'quantity']));
  const added = oneLinePerSku([...more, ...additions]);
  const wrong = added.findIndex(({ quantity }) => !isQuantity(quantity));
  if (wrong >= 0) return refused(badQuantity(['additions']));
  const sameBenefits = couponIds === undefined && pointsToSpend === undefined;
  if (removed.length === 0 && added.length === 0 && sameBenefits)
    return refused(invalidInput(['quantities'], { en: 'This changes nothing.', zh: '没有任何修改。' }));
  const units = order.lines.reduce((sum, { quantity, claimedUnits }) => sum + quantity - claimedUnits, 0);
  const gone = removed.reduce((sum, { quantity }) => sum + quantity, 0);
  if (gone === units && added.length === 0)
    return refused(
      invalidInput(['quantities'], {
        en: 'This leaves nothing of the order. Cancel it instead.',
        zh: '修改后订单内没有商品，请直接取消订单。',
      }),
    );
  if (order.lines.length + added.length > mostLines)
    return refused(
      invalidInput(['additions'], {
        en: `An order has at most ${mostLines} lines.`,
        zh: `订单最多 ${mostLines} 行商品。`,
      }),
    );
  return accepted({ removed, added });
}

/** What stays of the lines when units leave the order. */
export function linesWithout(
  order: Pick<Order, 'lines'>,
  removed: readonly RemovedUnits[],
): (LineInput & { lineId: string })[] {
  return order.lines.flatMap(({ lineId, skuId, quantity }) => {
    const left = quantity - (removed.find(({ orderLineId }) => orderLineId === lineId)?.quantity ?? 0);
    return left > 0 ? [{ lineId, skuId, quantity: left }] : [];
  });
}

/** Spent points that go back when units leave the order: as they would with a refund of their shares. */
export function pointsOfRemoved(order: Order, removed: readonly RemovedUnits[]): number {
  const minor = removed.reduce((sum, one) => sum + one.minor, 0);
  return minor === 0 ? 0 : pointsShare(order, minor);
}

/** Whether the order is as it was when the edit was priced: its units are there and have the same shares, or, unpaid, it is still in the attempt that comes before. */
export function stillFits(
  order: Order,
  { removed, pointsReturned, anew }: Pick<OrderEdit, 'removed' | 'pointsReturned' | 'anew'>,
): boolean {
  if (anew !== undefined) return attemptOf(order) + 1 === anew.attempt;
  const fits = removed.every(({ orderLineId, quantity, minor }) => {
    const line = order.lines.find(({ lineId }) => lineId === orderLineId);
    return line !== undefined && line.quantity - line.claimedUnits >= quantity && shareOf(line, quantity) === minor;
  });
  return fits && pointsOfRemoved(order, removed) === pointsReturned;
}

/** The refusal of an order that can't be edited as it stands. */
export const notEditable = (state: string) => invalidState(['orderId'], { state });
