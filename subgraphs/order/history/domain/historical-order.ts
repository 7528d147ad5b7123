import { newId } from '#kit/ids/ids.ts';
import { draftOrder, type OrderTerms } from '../../order/domain/draft-order.ts';
import {
  cancelPaid,
  cancelUnpaid,
  changed,
  close,
  complete,
  confirm,
  deliver,
  pay,
  ship,
  type OrderChange,
} from '../../order/domain/order-changes.ts';
import type { OrderStatus } from '../../order/domain/order-states.ts';
import { goodsMinor, type Order, type OrderAddress, type SealedAddress } from '../../order/domain/order.ts';
import type { Payment } from '../../payment/domain/payment.ts';
import type { Refund } from '../../refund/domain/refund.ts';

/** An order of the past, as it is loaded. Instants are null when the order never came that far. */
export interface HistoricalOrder {
  /** What it is called where it comes from. */
  readonly key: string;
  readonly memberId: string;
  readonly channel: string;
  readonly currency: string;
  readonly placedAt: Date;
  readonly paidAt: Date | null;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly completedAt: Date | null;
  readonly endedAt: Date | null;
  /** Orders of the past are loaded as what became of them, not as what took whose place. */
  readonly status: Exclude<OrderStatus, 'SPLIT' | 'MERGED'>;
  readonly freightMinor: number;
  readonly address: OrderAddress;
  readonly lines: readonly {
    readonly skuId: string;
    readonly productId: string;
    readonly title: string;
    readonly quantity: number;
    readonly unitPriceMinor: number;
    readonly totalMinor: number;
  }[];
}

/** What is chosen for an order of the past when it is loaded, and its address as it is stored. */
export interface HistoricalNames {
  readonly id: string;
  readonly number: string;
  readonly address: SealedAddress;
}

/** What an order of the past leaves behind. */
export interface HistoricalRecords {
  readonly order: Order;
  readonly payment: Payment | null;
  readonly refund: Refund | null;
}

function termsOf(past: HistoricalOrder, address: SealedAddress, unpaidMs: number): OrderTerms {
  const subtotalMinor = past.lines.reduce((total, line) => total + line.unitPriceMinor * line.quantity, 0);
  const goods = past.lines.reduce((total, line) => total + line.totalMinor, 0);
  return {
    memberId: past.memberId,
    channel: past.channel,
    currency: past.currency,
    placedAt: past.placedAt,
    expiresAt: new Date(past.placedAt.getTime() + unpaidMs),
    subtotalMinor,
    discountMinor: subtotalMinor - goods,
    freightMinor: past.freightMinor,
    totalMinor: goods + past.freightMinor,
    pointsSpent: 0,
    benefits: { promotions: [], coupons: [], flashTicketId: null },
    address,
    note: null,
    lines: past.lines.map((line) => ({ ...line, lineId: newId('orderLine'), weightGrams: 0, steps: [] })),
    deliveries: [],
    external: null,
    cart: null,
    paidElsewhere: false,
  };
}

/** The placement that a loaded order comes of: there is one order for each. */
export function placementOf(key: string): string {
  return `${loaded}${key}`;
}
const loaded = 'loaded:';

/** Whether an order was brought from the past. Unpaid, it holds nothing. */
export function wasLoaded({ placementId }: Pick<Order, 'placementId'>): boolean {
  return placementId?.startsWith(loaded) === true;
}

/** The moves that an order of the past made, in order; those it needs and has no instant for happen when the one before did. */
function movesOf(past: HistoricalOrder, refundId: string): ((order: Order) => OrderChange)[] {
  const member = (at: Date) => ({ at, actor: 'member' as const });
  const system = (at: Date) => ({ at, actor: 'system' as const });
  const paidAt = past.paidAt ?? past.placedAt;
  const shippedAt = past.shippedAt ?? paidAt;
  const deliveredAt = past.deliveredAt ?? shippedAt;
  const endedAt = past.endedAt ?? paidAt;
  const cancellation = { id: refundId, reason: '', actor: 'member', requestedAt: endedAt, afterSaleId: null } as const;

  const placed = () => confirm(member(past.placedAt));
  const paid = (order: Order) => pay(order, member(paidAt));
  const shipped = () => ship(0, system(shippedAt));
  const delivered = (order: Order) => deliver(order, system(deliveredAt));
  switch (past.status) {
    case 'PENDING_PAYMENT':
      return [placed];
    case 'CLOSED':
      return [placed, () => close(system(past.endedAt ?? past.placedAt))];
    case 'CANCELLED':
      return past.paidAt === null
        ? [placed, () => cancelUnpaid(cancellation)]
        : [placed, paid, (order) => cancelPaid(order, cancellation)];
    case 'PAID':
      return [placed, paid];
    case 'PARTIALLY_SHIPPED':
      return [placed, paid, () => ship(1, system(shippedAt))];
    case 'SHIPPED':
      return [placed, paid, shipped];
    case 'DELIVERED':
      return [placed, paid, shipped, delivered];
    case 'COMPLETED':
      return [placed, paid, shipped, delivered, () => complete(member(past.completedAt ?? deliveredAt))];
  }
}

/**
 * The records of an order of the past, made by the same moves as a living order's. RangeError when its amounts don't add up.
 */
export function historicalRecords(
  past: HistoricalOrder,
  { id, number, address }: HistoricalNames,
  unpaidMs: number,
): HistoricalRecords {
  const [paymentId, refundId] = [newId('payment'), newId('refund')];
  const draft = draftOrder(
    id,
    number,
    termsOf(past, address, unpaidMs),
    { placementId: placementOf(past.key), leaseUntil: past.placedAt },
    [],
  );
  const moved = movesOf(past, refundId).reduce((order, move) => changed(order, move(order)), draft);
  const order: Order = { ...moved, placing: null };
  if (order.paidAt === null) return { order, payment: null, refund: null };
  const payment: Payment = {
    _id: paymentId,
    orderId: id,
    memberId: order.memberId,
    provider: 'TEST',
    status: 'SUCCEEDED',
    amountMinor: order.totalMinor,
    currency: order.currency,
    clientParameters: null,
    transactionId: `loaded-${paymentId}`,
    captured: true,
    refundedMinor: order.refundedMinor,
    createdAt: order.paidAt,
    settledAt: order.paidAt,
  };
  if (order.refundedMinor === 0) return { order, payment, refund: null };
  const at = past.endedAt ?? order.paidAt;
  const refund: Refund = {
    _id: refundId,
    orderId: id,
    paymentId,
    cause: 'ORDER_CANCELLED',
    afterSaleId: null,
    receiptId: null,
    amountMinor: order.refundedMinor,
    goodsMinor: goodsMinor(order),
    pointsReturned: 0,
    currency: order.currency,
    lines: order.lines.map(({ lineId, skuId, quantity }) => ({ orderLineId: lineId, skuId, quantity })),
    status: 'SUCCEEDED',
    createdAt: at,
    settledAt: at,
  };
  return { order, payment, refund };
}
