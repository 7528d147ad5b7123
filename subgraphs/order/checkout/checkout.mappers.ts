import type { QuoteFacts } from '#kit/neighbours/promotion.ts';
import type { UserErrorParent } from '#kit/user-error/user-error.ts';
import type { PlannedDelivery } from '../order/domain/order.ts';

export interface CheckoutPreviewPayloadMapper {
  readonly quote: QuoteFacts | null;
  readonly deliveries: readonly PlannedDelivery[];
  readonly userErrors: UserErrorParent[];
}

export interface DeliveryMapper {
  readonly currency: string;
  readonly delivery: PlannedDelivery;
}

/** The quote holds what points can do. */
export type CheckoutPointsMapper = QuoteFacts;
