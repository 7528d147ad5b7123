import type { OrderStatus } from '../../order/domain/order-states.ts';

const afterSaleKinds = ['REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE'] as const;
export type AfterSaleKind = (typeof afterSaleKinds)[number];

export type AfterSaleStatus =
  | 'REQUESTED'
  | 'APPROVED'
  | 'SENT_BACK'
  | 'RETURNED'
  | 'REFUNDED'
  | 'EXCHANGED'
  | 'REFUSED'
  | 'CANCELLED';

/** Units of one order line; amounts in minor units. */
export interface AfterSaleLine {
  readonly orderLineId: string;
  readonly skuId: string;
  /** Units asked for; once the shop has ended a return, those that came back. */
  readonly quantity: number;
  /** What was paid for them. */
  readonly paidMinor: number;
  /** What goes back for them: what was paid, or the difference to a cheaper replacement. */
  readonly refundMinor: number;
  /** What is sent instead; null unless they are exchanged. */
  readonly replacementSkuId: string | null;
  /** Units that came back so far, and what goes back for these. */
  readonly receivedUnits: number;
  readonly receivedMinor: number;
}

/** Units of one line as they came back. */
export interface ReceiptLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly restocked: number;
  readonly writtenOff: number;
  /** Why units were written off, in the words of staff, sealed. */
  readonly reason: string | null;
  readonly refundMinor: number;
}

/** What the reason of a written-off line is about, by which it is sealed. */
export function placeOfReason(receiptId: string, { orderLineId }: Pick<ReceiptLine, 'orderLineId'>): string {
  return `${receiptId} ${orderLineId}`;
}

/** What came back at once. The stock is booked and the money goes back by the receipt's own id. */
export interface Receipt {
  readonly id: string;
  readonly at: Date;
  readonly lines: readonly ReceiptLine[];
  /** Null until stock and money are booked. */
  readonly settledAt: Date | null;
}

/** The shopper's parcel on its way back. */
export interface ReturnParcel {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly sentAt: Date;
}

/** The same as it is stored: a carrier knows by the number who sent it. */
export interface SealedParcel {
  readonly sealed: string;
  readonly sentAt: Date;
}

/** A request to put something right after buying. */
export interface AfterSale {
  readonly _id: string;
  readonly orderId: string;
  readonly memberId: string;
  readonly kind: AfterSaleKind;
  readonly status: AfterSaleStatus;
  readonly lines: readonly AfterSaleLine[];
  /** Minor units: Σ lines; with the freight when it ended the whole order before anything was sent. */
  readonly refundMinor: number;
  readonly currency: string;
  /** Why, in the shopper's words, sealed. */
  readonly reason: string;
  /** Why it was declined or ended, in the words of staff, sealed. */
  readonly refusal: string | null;
  /** Of goods that were not sent yet: whether the warehouses keep them. `TOO_LATE`: they had left, so the shop decides. */
  readonly withdrawal: 'ASKED' | 'DONE' | 'TOO_LATE' | null;
  /**
   * Of an exchange, what is sent instead: reserved (`HELD`), about to be given back because the exchange is off (`RELEASING`), handed to the warehouse (`SENT`), or
   * not to be had any more when the goods were back (`SHORT`).
   */
  readonly replacement: 'HELD' | 'RELEASING' | 'SENT' | 'SHORT' | null;
  readonly parcel: SealedParcel | null;
  readonly receipts: readonly Receipt[];
  /** Since when something is left for us to do, which a job takes up after a crash; null when it is somebody else's turn. */
  readonly pendingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The order of an after-sale, as far as it tells whose key seals what is written about it. */
export function orderOf({ orderId, memberId }: Pick<AfterSale, 'orderId' | 'memberId'>) {
  return { _id: orderId, memberId };
}

/** Every move an after-sale can make, each on the condition that it is still in the state it leaves. */
export const afterSaleTransitions = {
  approve: { from: ['REQUESTED'], to: 'APPROVED' },
  refuse: { from: ['REQUESTED'], to: 'REFUSED' },
  cancel: { from: ['REQUESTED', 'APPROVED'], to: 'CANCELLED' },
  sendBack: { from: ['APPROVED', 'SENT_BACK'], to: 'SENT_BACK' },
  receiveAll: { from: ['APPROVED', 'SENT_BACK'], to: 'RETURNED' },
  endWithPart: { from: ['APPROVED', 'SENT_BACK'], to: 'REFUNDED' },
  endWithNothing: { from: ['APPROVED', 'SENT_BACK'], to: 'CANCELLED' },
  refundReturned: { from: ['RETURNED'], to: 'REFUNDED' },
  exchange: { from: ['RETURNED'], to: 'EXCHANGED' },
  refundApproved: { from: ['APPROVED'], to: 'REFUNDED' },
  // The goods had not left: nobody needs to decide.
  refundUnsent: { from: ['REQUESTED'], to: 'REFUNDED' },
  // The whole order was cancelled, and all its money goes back with that.
  overtake: { from: ['REQUESTED', 'APPROVED', 'SENT_BACK'], to: 'CANCELLED' },
} as const satisfies Record<string, { from: readonly AfterSaleStatus[]; to: AfterSaleStatus }>;

/** Whether an after-sale isn't over: somebody is to do something about it. */
export function isUnderWay({ status, pendingSince }: Pick<AfterSale, 'status' | 'pendingSince'>): boolean {
  const over: readonly AfterSaleStatus[] = ['REFUNDED', 'EXCHANGED', 'REFUSED', 'CANCELLED'];
  return pendingSince !== null || !over.includes(status);
}

/** What an after-sale that is an exchange sets when it is off: what was reserved is to be given back. */
export function exchangeOff({ kind }: Pick<AfterSale, 'kind'>, at: Date) {
  return kind === 'EXCHANGE' ? ({ replacement: 'RELEASING', pendingSince: at } as const) : {};
}

/** The lines of an exchange once money is taken for the goods. */
export function linesAsReturn({ lines }: Pick<AfterSale, 'lines'>): AfterSaleLine[] {
  return lines.map((line) => ({ ...line, refundMinor: line.paidMinor, replacementSkuId: null }));
}

export type AfterSaleMove = keyof typeof afterSaleTransitions;

/** States of an order in which something has left a warehouse. */
const shippedStatuses: readonly OrderStatus[] = ['PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED'];

/** Whether something of the order has left a warehouse. */
export function hasShipped(status: string): boolean {
  return shippedStatuses.some((shipped) => shipped === status);
}

/** Whether something of the order may not have left yet. */
export function mayHaveUnsent(status: string): boolean {
  return status === 'PAID' || status === 'PARTIALLY_SHIPPED';
}

/**
 * How many units of each order line an after-sale keeps from being asked for again, and what was paid for them. Once exchanged for the same SKU they may be: they
 * are as they were bought.
 */
export function claimsOf({ status, lines }: Pick<AfterSale, 'status' | 'lines'>) {
  if (status === 'REFUSED' || status === 'CANCELLED') return [];
  return lines
    .filter(({ skuId, replacementSkuId }) => status !== 'EXCHANGED' || replacementSkuId !== skuId)
    .map(({ orderLineId, quantity, paidMinor }) => ({ orderLineId, units: quantity, minor: paidMinor }));
}

/** Units of each line that were asked for and are not back, with what was paid for them. */
export function missingOf({ lines }: Pick<AfterSale, 'lines'>) {
  return lines.flatMap(({ orderLineId, quantity, paidMinor, receivedUnits, receivedMinor }) =>
    receivedUnits === quantity
      ? []
      : [{ orderLineId, units: quantity - receivedUnits, minor: paidMinor - receivedMinor }],
  );
}
