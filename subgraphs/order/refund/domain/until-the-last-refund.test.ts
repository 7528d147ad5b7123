import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { must, same, whatBreaks } from '#kit/testing/properties.ts';
import type { Order } from '../../order/domain/order.ts';
import { cancelPaid, changed } from '../../order/domain/order-changes.ts';
import { forbidsRegrouping, payersOf, pointsBackOf, tendersOf } from '../../split-and-merge/domain/lineage.ts';
import { mergeOrders } from '../../split-and-merge/domain/merge.ts';
import { splitOrder } from '../../split-and-merge/domain/split.ts';
import { anyChoices, anyOrder, someParts } from '../../testing/any-order.ts';
import { overPayments } from './over-payments.ts';
import { afterRefundOf, shareOf } from './refund-share.ts';

const at = new Date('2026-11-23T08:00:00Z');

/** What came in with some orders, and what has gone back of it. */
interface Till {
  readonly payments: { readonly _id: string; readonly amountMinor: number; refundedMinor: number }[];
  /** Points by the order that they were spent through. */
  readonly spent: ReadonlyMap<string, number>;
  readonly returned: Map<string, number>;
}

function tillOf(orders: readonly Order[]): Till {
  return {
    payments: orders.map((order) => ({
      ...{ _id: order._id, amountMinor: order.paidMinor, refundedMinor: order.refundedMinor },
    })),
    spent: new Map(orders.map((order) => [order._id, order.pointsSpent])),
    returned: new Map(orders.map((order) => [order._id, order.pointsReturned])),
  };
}

/** Gives money and points of an order back, out of the payments that brought it. `after` has them counted. */
function giveBack(till: Till, after: Order, amountMinor: number, goodsMinor: number, points: number): void {
  const payers = payersOf(after);
  const holders = till.payments.filter(({ _id }) => payers.includes(_id));
  const wanted = { _id: 'rfd_1', amountMinor, goodsMinor, pointsReturned: points, lines: [], afterSaleId: null };
  const shares = amountMinor === 0 ? [] : overPayments(wanted, holders, () => 'rfd_2');
  same(
    'the shares of a refund',
    sum(shares, (share) => share.amountMinor),
    amountMinor,
  );
  same(
    'the goods in them',
    sum(shares, (share) => share.goodsMinor),
    Math.min(goodsMinor, amountMinor),
  );
  for (const { paymentId, amountMinor: given } of shares) {
    const payment = till.payments.find(({ _id }) => _id === paymentId);
    if (payment === undefined) throw new Error(`nobody paid ${paymentId}`);
    payment.refundedMinor += given;
    must(given > 0 && payment.refundedMinor <= payment.amountMinor, 'no payment gives more than it brought');
  }
  for (const back of pointsBackOf(after, points) ?? [{ orderId: after._id, points }]) {
    const now = (till.returned.get(back.orderId) ?? 0) + back.points;
    must(now <= (till.spent.get(back.orderId) ?? 0), 'no more points go back than were spent');
    till.returned.set(back.orderId, now);
  }
}

/** Some units of a line go back. */
function refundUnits(till: Till, order: Order, index: number, units: number): Order {
  const line = order.lines[index];
  if (line === undefined) return order;
  const goods = shareOf(line, units);
  const claimed = { ...line, claimedUnits: line.claimedUnits + units, claimedMinor: line.claimedMinor + goods };
  const { counters, pointsReturned } = afterRefundOf(order, goods);
  const after = { ...order, ...counters, lines: order.lines.with(index, claimed) };
  if (goods > 0) giveBack(till, after, goods, goods, pointsReturned);
  return goods > 0 ? after : { ...order, lines: after.lines };
}

/** Nothing is sent: all that is left goes back, freight included. */
function cancel(till: Till, order: Order): Order {
  const wish = { id: 'rfd_1', reason: '', actor: 'member', requestedAt: at, afterSaleId: null } as const;
  const after = changed(order, cancelPaid(order, wish));
  const goods = after.refundedGoodsMinor - order.refundedGoodsMinor;
  giveBack(till, after, order.paidMinor - order.refundedMinor, goods, order.pointsSpent - order.pointsReturned);
  return after;
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

/** The orders after staff have regrouped them, as far as that is allowed; what freight costs less goes back. */
function regrouped(till: Till, orders: readonly Order[], how: How): readonly Order[] {
  const free = orders.every((order) => forbidsRegrouping(order) === null);
  if (!free || how.regroup === 'NOT') return orders;
  if (how.regroup === 'SPLIT') {
    return orders.flatMap((order) => {
      const parts = someParts(order, how.choices);
      const ids = parts.ok ? parts.value.map((part, index) => ({ ...part, orderId: `${order._id}-${index}` })) : [];
      return parts.ok ? splitOrder(order, ids, at) : [order];
    });
  }
  if (orders.filter(({ pointsReturned }) => pointsReturned > 0).length > 1) return orders;
  const merged = mergeOrders(orders, { orderId: 'ord_m', number: 'M', freightMinor: how.freightMinor }, at);
  giveBack(till, merged, sum(orders, (order) => order.paidMinor) - merged.paidMinor, 0, 0);
  return [merged];
}

interface How {
  readonly regroup: 'NOT' | 'SPLIT' | 'MERGE';
  readonly choices: readonly { part: number; units: number }[];
  readonly freightMinor: number;
}
const anyRegrouping = fc.record({
  regroup: fc.constantFrom<How['regroup']>('NOT', 'SPLIT', 'MERGE'),
  choices: anyChoices,
  freightMinor: fc.nat(6_000),
});
const anyRefunds = fc.array(fc.record({ order: fc.nat(3), line: fc.nat(11), units: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 12,
});

test('pairs of orders, split or merged twice and given back bit by bit, return exactly what was paid and spent, each payment its own', () => {
  let [looked, regroupings] = [0, 0];
  const property = fc.property(
    ...([anyOrder('ord_1'), anyOrder('ord_2'), anyRegrouping, anyRegrouping, anyRefunds, fc.boolean()] as const),
    (first, second, once, again, refunds, cancelled) => {
      const paid = [first, second];
      const till = tillOf(paid);
      const orders = [...regrouped(till, regrouped(till, paid, once), again)];
      looked += 1;
      if (orders.length !== 2) regroupings += 1;
      for (const { order: at, line: index, units } of refunds) {
        const order = orders[at % orders.length] as Order;
        const line = order.lines[index % order.lines.length];
        const fits = Math.min(units, (line?.quantity ?? 0) - (line?.claimedUnits ?? 0));
        if (fits > 0) orders[orders.indexOf(order)] = refundUnits(till, order, index % order.lines.length, fits);
      }
      const ended = orders.map((order) => {
        if (cancelled) return cancel(till, order);
        const rest = [...order.lines.entries()].filter(([, { quantity, claimedUnits }]) => claimedUnits < quantity);
        return rest.reduce(
          (now, [index, line]) => refundUnits(till, now, index, line.quantity - line.claimedUnits),
          order,
        );
      });
      const kept = cancelled
        ? 0
        : sum(ended, (order) => order.freightMinor - (order.refundedMinor - order.refundedGoodsMinor));
      same(
        'money',
        sum(till.payments, ({ refundedMinor }) => refundedMinor),
        sum(paid, (order) => order.paidMinor) - kept,
      );
      for (const order of ended) {
        const goods = sum(order.lines, (line) => line.totalMinor);
        same('goods', order.refundedGoodsMinor, goods);
        same('status', order.refundStatus, (cancelled ? order.paidMinor : goods) > 0 ? 'FULL' : 'NONE');
        same(
          'tenders',
          sum(tendersOf(order), ({ points }) => points),
          order.pointsSpent,
        );
        // What cost nothing gives nothing back: points spent on free goods are gone.
        if (cancelled || goods > 0) same('points', order.pointsReturned, order.pointsSpent);
      }
      if (cancelled) same('points by tender', [...till.returned], [...till.spent]);
    },
  );
  expect(whatBreaks(property, 10_000)).toBeNull();
  expect(regroupings / looked).toBeGreaterThan(0.3);
});
