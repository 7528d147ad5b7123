/** Why money goes back. */
const refundCauses = ['ORDER_CANCELLED', 'AFTER_SALE', 'LATE_PAYMENT', 'ORDER_CHANGED', 'DEPOSIT_RETURNED'] as const;
export type RefundCause = (typeof refundCauses)[number];

/** Units of one order line that a refund is for. */
export interface RefundLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
}

/**
 * An intent to give money back: recorded together with the decision, carried out with its own id as the provider's key, and repeated until the
 * provider confirms it. Amounts are minor units.
 */
export interface Refund {
  readonly _id: string;
  readonly orderId: string;
  /** The payment that the money came with. */
  readonly paymentId: string;
  readonly cause: RefundCause;
  readonly afterSaleId: string | null;
  /** The receipt of returned goods that it is for; null otherwise. */
  readonly receiptId: string | null;
  readonly amountMinor: number;
  /** The part of the amount that is for goods. */
  readonly goodsMinor: number;
  /** Spent points that go back with it. 0 for a cancelled order: the cancellation itself gives them back. */
  readonly pointsReturned: number;
  /** Of an order that took the place of others: the same by the orders that they were spent through. */
  readonly pointsBack?: readonly { readonly orderId: string; readonly points: number }[];
  /** The refund that it is a part of, when one payment doesn't hold all that goes back. */
  readonly partOf?: string;
  readonly currency: string;
  readonly lines: readonly RefundLine[];
  readonly status: 'PENDING' | 'SUCCEEDED';
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** Absent until the provider is asked: how often it was, and when to ask again. */
  readonly task?: { readonly askAt: Date; readonly asks: number };
}
