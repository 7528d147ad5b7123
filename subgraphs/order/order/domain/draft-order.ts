import { sum, money } from '#kit/money/money.ts';
import type { OrderPresale } from '../../presale/domain/order-presale.ts';
import type {
  Benefits,
  Delivery,
  ExternalRef,
  Order,
  OrderLine,
  PlannedDelivery,
  Placing,
  PriceStep,
  SealedDelivery,
} from './order.ts';

/** A line as it was priced, minor units. */
export interface PricedLine {
  readonly lineId: string;
  readonly skuId: string;
  readonly productId: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly totalMinor: number;
  readonly weightGrams: number;
  readonly steps: readonly PriceStep[];
  readonly shipsAfter?: Date | null;
  readonly supplierId?: string | null;
}

/** Everything about an order that is decided before anything is held for it. */
export interface OrderTerms extends SealedDelivery {
  readonly memberId: string | null;
  readonly channel: string;
  readonly currency: string;
  readonly placedAt: Date;
  /** Until when it must be paid. */
  readonly expiresAt: Date;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly freightMinor: number;
  readonly totalMinor: number;
  readonly pointsSpent: number;
  readonly benefits: Benefits;
  readonly lines: readonly PricedLine[];
  readonly deliveries: readonly PlannedDelivery[];
  readonly external: ExternalRef | null;
  readonly presale?: OrderPresale;
  readonly cart: Placing['cart'];
  readonly paidElsewhere: boolean;
}

/** The same while it is still known where the order goes and what its shopper asks for. */
export type PlainTerms = Omit<OrderTerms, keyof SealedDelivery> & Delivery;

/** Whose it is to place the draft, and until when that counts. */
export interface Lease {
  readonly placementId: string;
  readonly leaseUntil: Date;
}

/**
 * The order as it is written before its saga begins. RangeError when its amounts don't add up: subtotal − discount + freight = total and
 * Σ lines + freight = total hold for every order, or nobody could refund it.
 */
export function draftOrder(
  id: string,
  number: string,
  terms: OrderTerms,
  lease: Lease,
  steps: readonly string[],
): Order {
  const { cart, paidElsewhere, ...agreed } = terms;
  const paidForLines = sum(
    terms.lines.map((line) => money(line.totalMinor, terms.currency)),
    terms.currency,
  ).minor;
  const { subtotalMinor, discountMinor, freightMinor, totalMinor } = terms;
  if (subtotalMinor - discountMinor + freightMinor !== totalMinor || paidForLines + freightMinor !== totalMinor) {
    throw new RangeError(
      `amounts don't add up: ${subtotalMinor} − ${discountMinor} + ${freightMinor}, lines ${paidForLines}, total ${totalMinor}`,
    );
  }
  return {
    ...agreed,
    _id: id,
    number,
    placementId: lease.placementId,
    status: 'PLACING',
    visible: false,
    version: 0,
    paidAt: null,
    shippedAt: null,
    completedAt: null,
    lines: terms.lines.map(freshLine),
    timeline: [],
    placing: {
      fence: 1,
      leaseUntil: lease.leaseUntil,
      decision: null,
      steps: steps.map((name) => ({ name, state: 'PENDING' })),
      refusals: [],
      cart,
      paidElsewhere,
    },
    cancellation: null,
    paidMinor: 0,
    refundedMinor: 0,
    refundedGoodsMinor: 0,
    pointsReturned: 0,
    refundStatus: 'NONE',
  };
}

function freshLine(line: PricedLine): OrderLine {
  return { ...line, claimedUnits: 0, claimedMinor: 0 };
}
