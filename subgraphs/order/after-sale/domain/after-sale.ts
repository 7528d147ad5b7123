import type { OrderStatus } from '../../order/domain/order-states.ts';

export const afterSaleKinds = ['REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE'] as const;
export type AfterSaleKind = (typeof afterSaleKinds)[number];

export type AfterSaleStatus = 'REQUESTED' | 'APPROVED' | 'REFUSED' | 'RETURNED' | 'REFUNDED';

/** Units of one order line and what goes back for them, minor units. */
export interface AfterSaleLine {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly refundMinor: number;
}

/** A request to put something right after buying. */
export interface AfterSale {
  readonly _id: string;
  readonly orderId: string;
  readonly memberId: string;
  readonly kind: Exclude<AfterSaleKind, 'EXCHANGE'>;
  readonly status: AfterSaleStatus;
  readonly lines: readonly AfterSaleLine[];
  /** For goods, minor units: Σ lines. */
  readonly refundMinor: number;
  readonly currency: string;
  readonly reason: string;
  readonly refusal: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Every move an after-sale can make, each on the condition that it is still in the state it leaves. */
export const afterSaleTransitions = {
  approve: { from: ['REQUESTED'], to: 'APPROVED' },
  refuse: { from: ['REQUESTED'], to: 'REFUSED' },
  receive: { from: ['APPROVED'], to: 'RETURNED' },
  refundReturned: { from: ['RETURNED'], to: 'REFUNDED' },
  refundApproved: { from: ['APPROVED'], to: 'REFUNDED' },
  // The whole order went back before anything was sent.
  refundWhole: { from: ['REQUESTED'], to: 'REFUNDED' },
} as const satisfies Record<string, { from: readonly AfterSaleStatus[]; to: AfterSaleStatus }>;

export type AfterSaleMove = keyof typeof afterSaleTransitions;

/** States of an order in which something has left a warehouse. */
const shippedStatuses: readonly OrderStatus[] = ['PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED'];

/** Whether something of the order has left a warehouse. */
export function hasShipped(status: string): boolean {
  return shippedStatuses.some((shipped) => shipped === status);
}
