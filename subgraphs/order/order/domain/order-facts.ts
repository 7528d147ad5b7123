import { needsBenefits } from './benefits-to-lock.ts';
import { attemptOf, goodsMinor, type Order, type OrderLine } from './order.ts';

interface LineFact {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly paidMinor: number;
  readonly shipsAfter?: string;
}

type LineAmounts = Pick<OrderLine, 'lineId' | 'skuId' | 'productId' | 'quantity' | 'totalMinor' | 'shipsAfter'>;

function lineFacts(order: { readonly lines: readonly LineAmounts[] }): LineFact[] {
  return order.lines.map((line) => ({
    orderLineId: line.lineId,
    skuId: line.skuId,
    productId: line.productId,
    quantity: line.quantity,
    paidMinor: line.totalMinor,
    ...(line.shipsAfter == null ? {} : { shipsAfter: line.shipsAfter.toISOString() }),
  }));
}

/** The saga confirmed the order. */
export function placedFact(order: Order) {
  return {
    name: 'order.placed',
    payload: {
      orderId: order._id,
      memberId: order.memberId,
      channel: order.channel,
      currency: order.currency,
      totalMinor: order.totalMinor,
      lines: lineFacts(order),
    },
  } as const;
}

/** What an earlier attempt held and this one no longer needs is settled with the rest. */
function heldBesidesGoods(order: Order): ('BENEFITS' | 'POINTS')[] {
  const isAnew = attemptOf(order) > 1;
  return [
    ...(isAnew || needsBenefits(order) ? (['BENEFITS'] as const) : []),
    ...(isAnew || order.pointsSpent > 0 ? (['POINTS'] as const) : []),
  ];
}

/** The whole amount was received. */
export function paidFact(order: Order) {
  return {
    name: 'order.paid',
    payload: {
      orderId: order._id,
      number: order.number,
      memberId: order.memberId,
      channel: order.channel,
      region: order.address.region,
      currency: order.currency,
      totalMinor: order.totalMinor,
      goodsMinor: goodsMinor(order),
      pointsSpent: order.pointsSpent,
      held: heldBesidesGoods(order),
      lines: lineFacts(order),
      paidAt: (order.paidAt ?? order.placedAt).toISOString(),
    },
  } as const;
}

/** What the facts of a presale have in common. */
function presaleFacts({ _id: orderId, memberId, currency, presale }: Order) {
  if (presale === undefined) throw new RangeError(`${orderId} came from no presale`);
  return { orderId, memberId, currency, presale };
}

/** The deposit of a presale was received. */
export function depositPaidFact(order: Order) {
  const { presale, ...facts } = presaleFacts(order);
  const { presaleId, depositMinor } = presale;
  return { name: 'order.deposit-paid', payload: { ...facts, presaleId, depositMinor } } as const;
}

/** The goods of a presale are held, and its balance can be paid. */
export function balanceDueFact(order: Order) {
  const { presale, ...facts } = presaleFacts(order);
  const { presaleId, balanceMinor, balanceTo } = presale;
  const due = { presaleId, balanceMinor, payBefore: balanceTo.toISOString() };
  return { name: 'order.balance-due', payload: { ...facts, ...due } } as const;
}

/** The shop has kept the deposit of an order whose balance was not paid. */
export function depositForfeitedFact(order: Order) {
  const { presale, ...facts } = presaleFacts(order);
  const { presaleId, forfeitedMinor } = presale;
  return { name: 'order.deposit-forfeited', payload: { ...facts, presaleId, forfeitedMinor } } as const;
}

/** The order ended without delivery. */
export function cancelledFact(reason: string) {
  return (order: Order) =>
    ({
      name: 'order.cancelled',
      payload: {
        orderId: order._id,
        memberId: order.memberId,
        attempt: attemptOf(order),
        ...(order.editedBy === undefined ? {} : { editedBy: [...order.editedBy] }),
        status: order.status === 'CLOSED' ? ('CLOSED' as const) : ('CANCELLED' as const),
        wasPaid: order.paidAt !== null,
        reason,
        lines: lineFacts(order),
      },
    }) as const;
}

/** The receipt was confirmed. */
export function completedFact(order: Order) {
  return {
    name: 'order.completed',
    payload: {
      orderId: order._id,
      memberId: order.memberId,
      currency: order.currency,
      goodsMinor: goodsMinor(order) - order.refundedGoodsMinor,
      completedAt: (order.completedAt ?? order.placedAt).toISOString(),
    },
  } as const;
}

/** Money went back: `amountMinor` in all, of which `goodsMinor` for goods, with `pointsReturned` spent points. */
export function refundedFact(refund: {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly goodsMinor: number;
  readonly pointsReturned: number;
  readonly pointsBack?: readonly { readonly orderId: string; readonly points: number }[];
  readonly lines: readonly { readonly orderLineId: string; readonly skuId: string; readonly quantity: number }[];
}) {
  return (order: Order) =>
    ({
      name: 'order.refunded',
      payload: {
        orderId: order._id,
        refundId: refund.refundId,
        memberId: order.memberId,
        currency: order.currency,
        amountMinor: refund.amountMinor,
        goodsMinor: refund.goodsMinor,
        pointsReturned: refund.pointsReturned,
        ...(refund.pointsBack === undefined ? {} : { pointsBack: [...refund.pointsBack] }),
        full: order.refundStatus === 'FULL',
        ...(order.editedBy === undefined ? {} : { editedBy: [...order.editedBy] }),
        lines: refund.lines.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity })),
      },
    }) as const;
}

/** The goods of the paid order were changed: units left it, and lines came. */
export function editedFact(edit: {
  readonly _id: string;
  readonly pointsReturned: number;
  readonly removed: readonly { readonly orderLineId: string; readonly skuId: string; readonly quantity: number }[];
  readonly added: readonly LineAmounts[];
}) {
  return ({ _id: orderId, memberId }: Order) =>
    ({
      name: 'order.edited',
      payload: {
        orderId,
        editId: edit._id,
        memberId,
        pointsReturned: edit.pointsReturned,
        removed: edit.removed.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity })),
        added: lineFacts({ lines: edit.added }),
      },
    }) as const;
}

/** Several orders took its place. */
export function splitFact({ _id: orderId, memberId, splitInto }: Order) {
  return { name: 'order.split', payload: { orderId, memberId, into: [...(splitInto ?? [])] } } as const;
}

/** It was merged with others, and another order took its place. */
export function mergedFact({ _id: orderId, memberId, mergedInto }: Order) {
  return { name: 'order.merged', payload: { orderId, memberId, into: mergedInto ?? '' } } as const;
}

/** Staff put the order on hold, or let it go on. */
export function heldFact(order: Order) {
  return { name: 'order.held', payload: { orderId: order._id, onHold: order.hold != null } } as const;
}

/** A fact about an order that others are told: name and payload of an event. */
export type OrderFact =
  | ReturnType<typeof placedFact>
  | ReturnType<typeof paidFact>
  | ReturnType<ReturnType<typeof cancelledFact>>
  | ReturnType<typeof depositPaidFact>
  | ReturnType<typeof balanceDueFact>
  | ReturnType<typeof depositForfeitedFact>
  | ReturnType<typeof completedFact>
  | ReturnType<ReturnType<typeof editedFact>>
  | ReturnType<typeof heldFact>
  | ReturnType<typeof splitFact>
  | ReturnType<typeof mergedFact>
  | ReturnType<ReturnType<typeof refundedFact>>;
