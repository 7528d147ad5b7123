import type { Money } from '#kit/money/money.ts';
import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Title } from '../../quote/domain/rule.ts';

/** A flash sale as it is kept. */
export interface FlashSale {
  readonly _id: string;
  readonly title: Title;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Empty: every channel. */
  readonly channels: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** One SKU in a flash sale. Window and channels are the sale's: tickets and best offers need them at hand. */
export interface FlashSaleItem {
  readonly _id: string;
  readonly flashSaleId: string;
  readonly skuId: string;
  readonly priceMinor: number;
  readonly currency: string;
  /** remaining + Σ units of tickets not returned = quota, always. */
  readonly quota: number;
  readonly remaining: number;
  readonly limitPerMember: number | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly channels: readonly string[];
}

/** HELD (its order is being placed) → ORDERED (the order awaits payment) → USED (paid) | RETURNED to the quota; from there ORDERED again when money came late. */
export type TicketStatus = 'HELD' | 'ORDERED' | 'USED' | 'RETURNED';

/**
 * The right of one member to units of an item at its price, taken from the quota before there is an order. It is known by the caller's key: a repeated purchase
 * finds it, and with it the id of its order.
 */
export interface FlashTicket {
  readonly _id: string;
  readonly itemId: string;
  readonly memberId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly status: TicketStatus;
  /** The order that is placed for it, under an id that was chosen with the ticket. */
  readonly orderId: string;
  /** Of what the caller wished: the same key with another wish is a conflict. */
  readonly inputHash: string;
  /** When the unpaid order closes and the units return. */
  readonly payBefore: Date;
  readonly createdAt: Date;
}

export type FlashSaleStatus = 'SCHEDULED' | 'OPEN' | 'ENDED';

/** How long a flash-sale order may stay unpaid (domain rules, "Timers"). */
export const unpaidMs = 15 * 60 * 1000;
const largestPurchase = 999;

/** Where a sale or an item of it stands at a moment. */
export function flashSaleStatus(window: { readonly startsAt: Date; readonly endsAt: Date }, at: Date): FlashSaleStatus {
  if (at < window.startsAt) return 'SCHEDULED';
  return at < window.endsAt ? 'OPEN' : 'ENDED';
}

/** Whether the sale is held in the channel. */
export function isHeldIn(sale: { readonly channels: readonly string[] }, channel: string): boolean {
  return sale.channels.length === 0 || sale.channels.includes(channel);
}

/** Refusals that concern flash sales; see the schema. */
export const notOpen = ({ startsAt, endsAt }: FlashSaleItem) =>
  ({
    type: 'FlashSaleNotOpenError',
    code: 'FLASH_SALE_NOT_OPEN',
    path: ['itemId'],
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  }) as const;
export const soldOut = (remaining: number) =>
  ({ type: 'FlashSaleSoldOutError', code: 'FLASH_SALE_SOLD_OUT', path: ['quantity'], remaining }) as const;
export const memberLimitReached = (limitPerMember: number) =>
  ({
    type: 'FlashSaleLimitReachedError',
    code: 'FLASH_SALE_LIMIT_REACHED',
    path: ['quantity'],
    limitPerMember,
  }) as const;

/** PRICE_CHANGED: the total isn't the one that the shopper saw. */
export const priceChanged = (expected: Money, current: Money) =>
  ({ type: 'PriceChangedError', code: 'PRICE_CHANGED', path: ['expectedTotal'], expected, current }) as const;

/** TOO_MANY_REQUESTS: the member, or everybody at the client's address, comes faster than is let in. */
export const tooFast = (retryAfterMs: number) =>
  ({
    type: 'TooManyRequestsError',
    code: 'TOO_MANY_REQUESTS',
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)),
  }) as const;

/** The item that a member asks for, in so many units: NOT_FOUND where their channel has none, INVALID_INPUT for a quantity outside 1 to 999. */
export function wantedItem(
  item: FlashSaleItem | null,
  { quantity, channel }: { readonly quantity: number; readonly channel: string },
): Outcome<FlashSaleItem> {
  if (!item || !isHeldIn(item, channel)) return refused(notFound(['itemId'], 'flashSaleItem'));
  if (Number.isInteger(quantity) && quantity >= 1 && quantity <= largestPurchase) return accepted(item);
  return refused(
    invalidInput(['quantity'], {
      en: `Give a quantity from 1 to ${largestPurchase}.`,
      zh: `数量须为 1 到 ${largestPurchase}。`,
    }),
  );
}

/**
 * Whether a member may try for units of an item now. The quota and the member's limit are decided where the counters are: what is seen of
 * them here only spares a hopeless try.
 */
export function mayPurchase(
  known: FlashSaleItem | null,
  wish: { readonly quantity: number; readonly channel: string },
  at: Date,
): Outcome<FlashSaleItem> {
  const wanted = wantedItem(known, wish);
  if (!wanted.ok) return wanted;
  const item = wanted.value;
  if (flashSaleStatus(item, at) !== 'OPEN') return refused(notOpen(item));
  if (item.limitPerMember !== null && wish.quantity > item.limitPerMember)
    return refused(memberLimitReached(item.limitPerMember));
  return item.remaining < wish.quantity ? refused(soldOut(item.remaining)) : accepted(item);
}

/** The ticket for units of an item, to be paid within 15 minutes. */
export function ticketFor(
  item: FlashSaleItem,
  wish: Pick<FlashTicket, '_id' | 'memberId' | 'quantity' | 'orderId' | 'inputHash'>,
  at: Date,
): FlashTicket {
  return {
    ...wish,
    itemId: item._id,
    skuId: item.skuId,
    unitPriceMinor: item.priceMinor,
    currency: item.currency,
    status: 'HELD',
    payBefore: new Date(at.getTime() + unpaidMs),
    createdAt: at,
  };
}
