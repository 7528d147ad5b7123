import { money } from '#kit/money/money.ts';
import type { SkuFacts } from '#kit/neighbours/product.ts';
import { accepted, invalidState, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { draftOrder, type OrderTerms } from '../../order/domain/draft-order.ts';
import { changed, confirm } from '../../order/domain/order-changes.ts';
import { priceChanged, skuUnavailable } from '../../order/domain/order-refusals.ts';
import type { OrderStatus } from '../../order/domain/order-states.ts';
import type { Order, PlannedDelivery, SealedAddress } from '../../order/domain/order.ts';

/** A flash-sale ticket that wants its order. */
export interface FlashSalePurchase {
  /** Chosen with the ticket: the order is known by it before it is there. */
  readonly orderId: string;
  readonly ticketId: string;
  readonly memberId: string;
  readonly channel: string;
  readonly skuId: string;
  readonly quantity: number;
  /** What one unit costs, minor units. */
  readonly unitPriceMinor: number;
  readonly currency: string;
  /** What the two steps of the price are called. */
  readonly labels: { readonly channelPrice: string; readonly flashPrice: string };
  /** When the order closes if it isn't paid. */
  readonly payBefore: Date;
  /** What the buyer saw, minor units, freight included; absent: whatever it costs. */
  readonly expectedTotalMinor?: number | undefined;
}

/** What a purchase is about, once it is known to be sold at a price above the ticket's. */
export interface FlashSaleGoods {
  readonly lineId: string;
  readonly productId: string;
  readonly title: string;
  readonly weightGrams: number;
  readonly supplierId: string | null;
  /** The channel's price of one unit, minor units. */
  readonly channelPriceMinor: number;
}

/** The goods behind a purchase. Refuses with SKU_UNAVAILABLE, and with PRICE_CHANGED when the channel sells for less than the ticket by now. */
export function goodsOf(
  {
    skuId,
    quantity,
    unitPriceMinor,
    currency,
  }: Pick<FlashSalePurchase, 'skuId' | 'quantity' | 'unitPriceMinor' | 'currency'>,
  sku: SkuFacts | undefined,
  lineId: string,
): Outcome<FlashSaleGoods> {
  if (sku === undefined || sku.price === null) return refused(skuUnavailable(['itemId'], { skuId }));
  const { productId, title, weightGrams, supplierId, price } = sku;
  if (price.currency !== currency || price.minor < unitPriceMinor) {
    const [promised, current] = [
      money(unitPriceMinor * quantity, currency),
      money(price.minor * quantity, price.currency),
    ];
    return refused(priceChanged(promised, current));
  }
  return accepted({ lineId, productId, title, weightGrams, supplierId, channelPriceMinor: price.minor });
}

/** What a purchase costs, freight included, minor units of its currency. */
export function priceOf(
  { quantity, unitPriceMinor }: Pick<FlashSalePurchase, 'quantity' | 'unitPriceMinor'>,
  deliveries: readonly { readonly freightMinor: number }[],
): { readonly goodsMinor: number; readonly freightMinor: number; readonly totalMinor: number } {
  const goodsMinor = unitPriceMinor * quantity;
  const freightMinor = deliveries.reduce((total, delivery) => total + delivery.freightMinor, 0);
  return { goodsMinor, freightMinor, totalMinor: goodsMinor + freightMinor };
}

/** What else an order is made of. */
export interface AgreedDelivery {
  readonly address: SealedAddress;
  readonly deliveries: readonly PlannedDelivery[];
}

/** The order as it is placed: at the ticket's price, everything that it needs being held already. Its number is drawn when it is written. */
export function placedOrder(
  purchase: FlashSalePurchase,
  goods: FlashSaleGoods,
  { address, deliveries }: AgreedDelivery,
  at: Date,
): Order {
  const { orderId, ticketId, memberId, channel, skuId, quantity, currency, labels, payBefore } = purchase;
  const { lineId, productId, title, weightGrams, supplierId, channelPriceMinor } = goods;
  const subtotalMinor = channelPriceMinor * quantity;
  const { goodsMinor, freightMinor, totalMinor } = priceOf(purchase, deliveries);
  const step = { promotionId: null, beforeMinor: subtotalMinor };
  const steps = [
    { kind: 'CHANNEL_PRICE', label: labels.channelPrice, ...step, afterMinor: subtotalMinor },
    { kind: 'FLASH_PRICE', label: labels.flashPrice, ...step, afterMinor: goodsMinor },
  ] as const;
  const line = {
    ...{ lineId, skuId, productId, title, quantity, weightGrams, supplierId },
    unitPriceMinor: channelPriceMinor,
  };
  const terms: OrderTerms = {
    ...nothingAgreed,
    memberId,
    channel,
    currency,
    placedAt: at,
    expiresAt: payBefore,
    subtotalMinor,
    discountMinor: subtotalMinor - goodsMinor,
    freightMinor,
    totalMinor,
    benefits: { promotions: [], coupons: [], flashTicketId: ticketId },
    address,
    lines: [{ ...line, totalMinor: goodsMinor, steps }],
    deliveries,
  };
  const placed = changed(draftOf(orderId, terms), confirm({ at, actor: 'member' }));
  return { ...placed, placing: null };
}

/** An order of which nothing is known but whose it would be, and in what it would be paid. */
export type UnknownOrder = Pick<FlashSalePurchase, 'orderId' | 'memberId' | 'currency'>;

/** The mark that an order was refused and never will be, and why. */
export function neverPlaced(
  { orderId, memberId, currency }: UnknownOrder,
  refusals: readonly Refusal[],
  at: Date,
): Order {
  const terms = { ...nothingAgreed, memberId, channel: '', currency, placedAt: at, expiresAt: at };
  const draft = draftOf(orderId, { ...terms, address: nowhere, lines: [], deliveries: [] });
  return { ...draft, status: 'ABANDONED', placing: draft.placing && { ...draft.placing, decision: 'UNDO', refusals } };
}

/** What a buyer is told of an order at once; amounts in minor units. */
export interface PlacedFacts {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly totalMinor: number;
  readonly currency: string;
}

/** What became of a purchase by what is written under its order's id. */
export function outcomeOf(order: Order): Outcome<PlacedFacts> {
  const { _id: orderId, number, status, totalMinor, currency, placing } = order;
  if (status !== 'ABANDONED' && status !== 'PLACING') {
    return accepted({ orderId, number, status, totalMinor, currency });
  }
  const why = placing?.refusals ?? [];
  return why.length > 0 ? refused(...why) : refused(invalidState(['idempotencyKey'], { state: status }));
}

const nowhere: SealedAddress = { region: '', sealed: '' };
const nothingAgreed = {
  subtotalMinor: 0,
  discountMinor: 0,
  freightMinor: 0,
  totalMinor: 0,
  pointsSpent: 0,
  benefits: { promotions: [], coupons: [], flashTicketId: null },
  note: null,
  external: null,
  cart: null,
  paidElsewhere: false,
} as const;

/** Known by its id alone: its ticket makes sure that there is one. */
function draftOf(orderId: string, terms: OrderTerms): Order {
  const { placementId: _, ...draft } = draftOrder(
    orderId,
    '',
    terms,
    { placementId: '', leaseUntil: terms.placedAt },
    [],
  );
  return draft;
}
