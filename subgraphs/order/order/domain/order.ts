import type { Refusal } from '#kit/user-error/user-error.ts';
import type { OrderPresale } from '../../presale/domain/order-presale.ts';
import type { StoredStatus } from './order-states.ts';

/** Where a parcel goes: a copy that later changes of the member's addresses don't touch. */
export interface OrderAddress {
  readonly recipient: string;
  readonly phone: string;
  readonly region: string;
  readonly city: string;
  readonly line: string;
  readonly postalCode: string | null;
}

/** An address as it is stored: the province is in the open, for warehouses, promises and figures; the rest is sealed. */
export interface SealedAddress {
  readonly region: string;
  readonly sealed: string;
}

/** Where an order goes, and what its shopper asks for. */
export interface Delivery {
  readonly address: OrderAddress;
  readonly note: string | null;
}

/** The same as it is stored. */
export interface SealedDelivery {
  readonly address: SealedAddress;
  readonly note: string | null;
}

/** The parts of the price pipeline. */
export type PriceStepKind =
  | 'CHANNEL_PRICE'
  | 'FLASH_PRICE'
  | 'PRESALE_PRICE'
  | 'DEPOSIT_EXPANSION'
  | 'TIMED_PRICE'
  | 'AMOUNT_OFF_LADDER'
  | 'PERCENT_OFF_LADDER'
  | 'COUPON'
  | 'POINTS';

/** One step from the channel price of a line to what is paid for it, minor units. */
export interface PriceStep {
  readonly kind: PriceStepKind;
  readonly label: string;
  readonly promotionId: string | null;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

/** One SKU of an order, as agreed. Amounts are minor units of the order's currency. */
export interface OrderLine {
  readonly lineId: string;
  readonly skuId: string;
  readonly productId: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** What is paid for the whole line: the truth for every refund, never computed again. */
  readonly totalMinor: number;
  readonly weightGrams: number;
  readonly steps: readonly PriceStep[];
  /** When its goods can leave a warehouse at the earliest, as promised when it was bought; absent or null for goods in stock. */
  readonly shipsAfter?: Date | null;
  /** Who supplied the goods when they were bought; absent or null when nobody was known. */
  readonly supplierId?: string | null;
  /** Units of after-sales that were not refused, and what was promised for them. */
  readonly claimedUnits: number;
  readonly claimedMinor: number;
}

/** A parcel as it was planned at checkout. */
export interface PlannedDelivery {
  readonly warehouseId: string;
  readonly earliest: Date;
  readonly latest: Date;
  readonly freightMinor: number;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
}

/** What must be locked at promotion for the price to hold. */
export interface Benefits {
  readonly promotions: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly coupons: readonly {
    readonly templateId: string;
    readonly couponId: string | null;
    readonly amountMinor: number;
  }[];
  readonly flashTicketId: string | null;
  /** Units of a presale's quota; absent: none. */
  readonly presale?: { readonly presaleId: string; readonly quantity: number };
}

/** Who moved an order; never a personal name. */
export type Actor = 'member' | 'staff' | 'partner' | 'system';

/** Something that happened. */
export interface TimelineEntry {
  readonly at: Date;
  readonly status: StoredStatus;
  readonly actor: Actor;
  readonly note: string | null;
}

/** `PENDING` also when nobody knows: a call whose answer got lost. */
export type StepState = 'PENDING' | 'DONE' | 'REFUSED' | 'UNDONE';

/** How far the placing of an order is. It lives in the order so that whoever comes after a crash can finish or undo it. */
export interface Placing {
  /** Counts who has worked on it: only the last one may decide. */
  readonly fence: number;
  /** Until then the last one is taken to be alive. */
  readonly leaseUntil: Date;
  /** Null while it may still go either way. `UNDO` is final: nobody can confirm any more. */
  readonly decision: 'CONFIRM' | 'UNDO' | null;
  readonly steps: readonly { readonly name: string; readonly state: StepState }[];
  /** Why it is undone. */
  readonly refusals: readonly Refusal[];
  /** The cart that was ordered, and the lines that leave it. */
  readonly cart: {
    readonly cartId: string;
    readonly lines: readonly BoughtLine[];
    /** Of the cart when these were all its lines. */
    readonly version?: number;
  } | null;
  /** True for an order whose money somebody else has already: it is paid with its confirmation. */
  readonly paidElsewhere: boolean;
}

export interface BoughtLine {
  readonly lineId: string;
  readonly quantity: number;
}

/** The wish to cancel an order. */
export interface Cancellation {
  /** The wish's own id, also of the refund that comes of it: whoever repeats the wish finds out that it was granted. */
  readonly id: string;
  /** The system's code, or the sealed words of a person (of the after-sale's, if it grants one); empty when nobody said why. */
  readonly reason: string;
  readonly actor: Actor;
  readonly requestedAt: Date;
  /** The after-sale that it grants, if any. */
  readonly afterSaleId: string | null;
}

/** Money that came after the order had been closed, while everything the order needs is held again for it. */
export interface LatePayment {
  readonly paymentId: string;
  readonly receivedAt: Date;
  /** Until then somebody is at work on it. */
  readonly leaseUntil: Date;
  /** Null while it may still go either way. `REFUND` is final: the money goes back, and what was held for it. */
  readonly decision: 'REFUND' | null;
}

/** An address that the order is to have, while the warehouses are asked. */
export interface AddressChange {
  /** The change's own id, by which the warehouses know it. */
  readonly id: string;
  readonly address: SealedAddress;
  readonly actor: Actor;
  readonly requestedAt: Date;
  /** Whether the order has it. */
  readonly made: boolean;
}

/** What keeps an order where it is: nothing is shipped and it doesn't complete by itself. */
export interface OrderHold {
  /** In the words of staff, sealed. */
  readonly reason: string;
  /** The id of whoever put it on hold. */
  readonly by: string;
  readonly at: Date;
}

/** What somebody of the staff noted for the others. Its text is stored sealed: it may be about the shopper. */
export interface StaffNote {
  readonly id: string;
  readonly text: string;
  readonly author: string;
  readonly at: Date;
}

/** Points that were spent through an order, oldest use first. */
export interface Tender {
  readonly orderId: string;
  readonly points: number;
}

/** A shopper's wish has at most so many characters. */
export const longestNote = 500;

/** How much of the money went back. */
export type RefundStatus = 'NONE' | 'PARTIAL' | 'FULL';

/** The order's name in a partner's system. */
export interface ExternalRef {
  readonly partnerId: string;
  readonly system: string;
  readonly id: string;
  /** Of all that the partner sent: the same order with another content is a conflict. */
  readonly contentHash: string;
}

/** An order with all that happened to it. Amounts are minor units of `currency`. */
export interface Order {
  readonly _id: string;
  /** What people read: day of placing in China and 8 digits. */
  readonly number: string;
  /** One living order for each: the idempotent call, flash-sale ticket or partner's order that it came from. Gone once the placing was undone. */
  readonly placementId?: string;
  readonly status: StoredStatus;
  /** True once it was confirmed; what isn't visible was never placed for anybody. */
  readonly visible: boolean;
  /** Counts the order's events. */
  readonly version: number;
  readonly memberId: string | null;
  readonly channel: string;
  readonly currency: string;
  readonly placedAt: Date;
  readonly expiresAt: Date | null;
  readonly paidAt: Date | null;
  readonly shippedAt: Date | null;
  readonly completedAt: Date | null;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly freightMinor: number;
  readonly totalMinor: number;
  readonly pointsSpent: number;
  readonly benefits: Benefits;
  readonly address: SealedAddress;
  /** What the shopper asks for, sealed. */
  readonly note: string | null;
  readonly lines: readonly OrderLine[];
  readonly deliveries: readonly PlannedDelivery[];
  readonly timeline: readonly TimelineEntry[];
  readonly external: ExternalRef | null;
  /** What was agreed with the presale that it came from; absent: it came from none. */
  readonly presale?: OrderPresale;
  readonly placing: Placing | null;
  /** Which attempt to hold what the order needs counts; absent: the first. */
  readonly attempt?: number;
  /** Only of a closed order, while it may still become a paid one. */
  readonly latePayment?: LatePayment | null;
  /** Of a cancelled order; of a paid one: the warehouses were asked to stop, or are about to be. */
  readonly cancellation: Cancellation | null;
  /** Set while staff keep the order where it is. */
  readonly hold?: OrderHold | null;
  /** Oldest first; only ever added to. */
  readonly staffNotes?: readonly StaffNote[];
  /** Set while its address changes. */
  readonly addressChange?: AddressChange | null;
  /** The edits that have changed its goods since it was paid. */
  readonly editedBy?: readonly string[];
  /** The split, merge or edit that is at work on it: nobody else may change, pay or end it meanwhile. Stored under the name that it had when there were only splits and merges. */
  readonly regroupingId?: string | null;
  readonly splitFrom?: string;
  readonly splitInto?: readonly string[];
  readonly mergedFrom?: readonly string[];
  readonly mergedInto?: string;
  /** Of an order that took the place of others: those whose payments brought its money. */
  readonly paidThrough?: readonly string[];
  /** Of such an order: the points that were spent on it, by the orders that they were spent through. */
  readonly tenders?: readonly Tender[];
  /** Of such an order: what had gone back before. */
  readonly refundedBefore?: number;
  /** Received for this order and kept: 0 or the total, or the deposit of a presale. */
  readonly paidMinor: number;
  /** Gone back or on its way back: never more than `paidMinor`. */
  readonly refundedMinor: number;
  readonly refundedGoodsMinor: number;
  readonly pointsReturned: number;
  readonly refundStatus: RefundStatus;
}

/** Which attempt to hold what the order needs counts. */
export function attemptOf(order: Pick<Order, 'attempt'>): number {
  return order.attempt ?? 1;
}

/** What is paid for goods, without freight, minor units: Σ lines. */
export function goodsMinor(order: Pick<Order, 'lines'>): number {
  return order.lines.reduce((total, line) => total + line.totalMinor, 0);
}
