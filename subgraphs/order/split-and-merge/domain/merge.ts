import { longestNote, type Order, type OrderAddress } from '../../order/domain/order.ts';
import { refundStatusOf } from '../../refund/domain/refund-share.ts';
import { payersOf, tendersOf } from './lineage.ts';

/** What sets orders apart that can't be sent together: member, channel, currency, address (their own, in their order), or that one came from a partner. Null when nothing does. */
export function whatSetsApart(
  orders: readonly Order[],
  addresses: readonly (OrderAddress | null)[],
): 'MEMBER' | 'CHANNEL' | 'CURRENCY' | 'ADDRESS' | 'PARTNER' | null {
  const [first, ...others] = orders;
  if (first === undefined) return null;
  const differs = (of: (order: Order) => unknown) => others.some((order) => of(order) !== of(first));
  if (first.memberId === null || differs(({ memberId }) => memberId)) return 'MEMBER';
  if (orders.some(({ external }) => external !== null)) return 'PARTNER';
  if (differs(({ channel }) => channel)) return 'CHANNEL';
  if (differs(({ currency }) => currency)) return 'CURRENCY';
  const places = addresses.map((address) => address && placeIn(address));
  return places.some((place) => place === null || place !== places[0]) ? 'ADDRESS' : null;
}

function placeIn({ recipient, phone, region, city, line }: OrderAddress): string {
  return [recipient, phone, region, city, line].join('\n');
}

/** What the shopper asks for in an order that takes the place of others: every wish once, as far as there is room. */
export function joinedWish(wishes: readonly (string | null)[]): string | null {
  return [...new Set(wishes.flatMap((wish) => wish ?? []))].join('；').slice(0, longestNote) || null;
}

/**
 * The order that takes the place of several paid ones. Lines keep what was paid for them; only freight is `freightMinor`, never more than the orders had paid for it together:
 * the difference is to go back. RangeError for no orders.
 */
export function mergeOrders(
  orders: readonly Order[],
  made: { readonly orderId: string; readonly number: string; readonly freightMinor: number },
  at: Date,
): Order {
  const oldest = orders.toSorted((a, b) => a.placedAt.getTime() - b.placedAt.getTime())[0];
  if (oldest === undefined) throw new RangeError('there is nothing to merge');
  const sum = (of: (order: Order) => number) => orders.reduce((total, order) => total + of(order), 0);
  const lines = orders.flatMap((order) => order.lines);
  const goods = lines.reduce((total, line) => total + line.totalMinor, 0);
  const freightMinor = Math.min(
    made.freightMinor,
    sum((order) => order.freightMinor),
  );
  const subtotalMinor = sum((order) => order.subtotalMinor);
  const [refundedMinor, refundedGoodsMinor] = [sum((one) => one.refundedMinor), sum((one) => one.refundedGoodsMinor)];
  const numbers = orders.map(({ number }) => number).join(',');
  const {
    placementId: _placed,
    editedBy: _edited,
    splitFrom: _from,
    mergedInto: _into,
    presale: _presale,
    ...shared
  } = oldest;
  return {
    ...shared,
    _id: made.orderId,
    number: made.number,
    status: 'PAID',
    version: 0,
    lines,
    deliveries: [],
    benefits: { promotions: [], coupons: [], flashTicketId: null },
    subtotalMinor,
    discountMinor: subtotalMinor - goods,
    freightMinor,
    totalMinor: goods + freightMinor,
    paidMinor: goods + freightMinor,
    pointsSpent: sum((order) => order.pointsSpent),
    pointsReturned: sum((order) => order.pointsReturned),
    refundedMinor,
    refundedGoodsMinor,
    refundedBefore: refundedMinor,
    refundStatus: refundStatusOf(refundedGoodsMinor, goods),
    attempt: 1,
    regroupingId: null,
    hold: orders.find(({ hold }) => hold != null)?.hold ?? null,
    mergedFrom: orders.map(({ _id }) => _id),
    paidThrough: [...new Set(orders.flatMap(payersOf))],
    // Points that went back are counted from the front, so those come first.
    tenders: orders.toSorted((a, b) => b.pointsReturned - a.pointsReturned).flatMap(tendersOf),
    staffNotes: orders.flatMap(({ staffNotes }) => staffNotes ?? []),
    timeline: [...oldest.timeline, { at, status: 'PAID', actor: 'staff', note: `MERGED_FROM:${numbers}` }],
  };
}
