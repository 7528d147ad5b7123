import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { onceKeyOf } from '#kit/idempotency/once-key.ts';
import { newId } from '#kit/ids/ids.ts';
import { money, type Money } from '#kit/money/money.ts';
import type { PlacedOrderFacts } from '#kit/neighbours/flash-sale-orders.ts';
import type { AddressFacts } from '#kit/neighbours/shapes.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, currencyMismatch, idempotencyConflict, refused, type Outcome } from '#kit/user-error/user-error.ts';
import {
  mayPurchase,
  memberLimitReached,
  priceChanged,
  ticketFor,
  tooFast,
  type FlashSaleItem,
  type FlashTicket,
} from '../domain/flash-sale.ts';
import { orderRefusals } from '../domain/order-refusals.ts';
import type { CrowdControl } from '../memory/crowd-control.ts';
import type { ItemBoard } from '../memory/item-board.ts';
import { pricePurchase } from '../queries/price-purchase.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';
import type { OrderDesk } from './order-desk.ts';
import type { TicketDesk } from './ticket-desk.ts';

export interface PurchaseNeeds {
  readonly tickets: FlashTicketStore;
  readonly board: ItemBoard;
  readonly crowdControl: CrowdControl;
  readonly ticketDesk: TicketDesk;
  readonly orderDesk: OrderDesk;
  readonly releaseOrder: ReleaseOrder;
}

/** Gives back what an order that never was holds, its ticket among it. Safe to repeat. */
export type ReleaseOrder = (orderId: string, at: Date) => Promise<unknown>;

/** A purchase as the member asks for it. */
export interface Purchase {
  readonly memberId: string;
  readonly itemId: string;
  readonly quantity: number;
  readonly addressId: string | null;
  readonly address: AddressFacts | null;
  /** What the member saw, freight included; absent: whatever it costs. */
  readonly expectedTotal?: Money | undefined;
  readonly idempotencyKey: string;
}

/**
 * Buys from a flash sale: ticket first, then the order. The ticket is known by the caller's key, and the order by the ticket, so a repeated call finds what the first
 * one did, however far that came. A refused order gives its ticket back. When order gives no answer the outcome is unknown: BUSY, and the same key asks again;
 * nobody asks again: `settle-left-tickets` does. A refusal without a ticket keeps nothing, so its key may be tried again. What the member saw is compared before there is a
 * ticket, and again with what is reserved.
 */
export async function purchaseFlashSaleItem(
  needs: PurchaseNeeds,
  purchase: Purchase,
  { call, at }: { call: Call; at: Date },
): Promise<Outcome<PlacedOrderFacts>> {
  const { memberId: caller, idempotencyKey: key, ...input } = purchase;
  const { id, inputHash } = onceKeyOf({ caller, operation: 'purchaseFlashSaleItem', key, input });
  const waitMs = needs.crowdControl(caller, call.clientAddress ?? null);
  if (waitMs > 0) return refused(tooFast(waitMs));
  const wish = { ...purchase, _id: `ftk_${id}`, inputHash, orderId: newId('order') };
  const taken = await ticketOf(needs, wish, { call, at });
  if (!taken.ok) return taken;
  await crashPoint('promotion.flash-sale.ticket-taken');
  const ticket = taken.value;
  if (ticket.inputHash !== inputHash) return refused(idempotencyConflict());
  const placed = await needs.orderDesk.place({ ticket, to: purchase, expectedTotal: purchase.expectedTotal, call });
  if (placed.ok) return accepted(placed.value);
  await crashPoint('promotion.flash-sale.order-refused');
  // As is what was refused before and may not be given back yet: the first try may have ended in between.
  if (ticket.status === 'HELD') await needs.releaseOrder(ticket.orderId, at);
  return refused(...orderRefusals(placed.refusals));
}

type Wish = Purchase & Pick<FlashTicket, '_id' | 'inputHash' | 'orderId'>;

/**
 * The ticket of this key, taken now or before. What is known in memory refuses the crowd without asking the database; nobody who may have a ticket already is
 * refused so.
 */
async function ticketOf(
  { tickets, ticketDesk, board, orderDesk }: PurchaseNeeds,
  wish: Wish,
  { call, at }: { call: Call; at: Date },
): Promise<Outcome<FlashTicket>> {
  const { itemId, _id, memberId, quantity, orderId, inputHash } = wish;
  const item = await board.item(itemId);
  const allowed = mayPurchase(item, { quantity, channel: call.viewer.channel }, at);
  if (!allowed.ok) {
    const isNew = item === null || at < item.startsAt || !(await board.mayHaveBought(item, memberId));
    const before = isNew ? null : await tickets.known(_id);
    return before === null ? allowed : accepted(before);
  }
  const { limitPerMember } = allowed.value;
  if (limitPerMember !== null && board.isFull(allowed.value, wish)) return refused(memberLimitReached(limitPerMember));
  const asSeen = await costsWhatWasSeen(orderDesk, allowed.value, wish, call);
  if (!asSeen.ok) {
    const before = await tickets.known(_id);
    return before === null ? asSeen : accepted(before);
  }
  const ticket = ticketFor(allowed.value, { _id, memberId, quantity, orderId, inputHash }, at);
  const taken = await ticketDesk(ticket, call.signal);
  if (taken.ok) board.gave(taken.value);
  return taken;
}

/** Whether a purchase costs what its member saw. Nobody is asked when the member didn't say. */
async function costsWhatWasSeen(
  orderDesk: OrderDesk,
  item: FlashSaleItem,
  { expectedTotal, ...wish }: Wish,
  call: Call,
): Promise<Outcome<null>> {
  if (expectedTotal === undefined) return accepted(null);
  const { currency } = item;
  if (expectedTotal.currency !== currency) {
    return refused(currencyMismatch(['expectedTotal', 'currency'], currency, expectedTotal.currency));
  }
  const priced = await pricePurchase(orderDesk, item, wish, call);
  if (!priced.ok) return priced;
  const { totalMinor } = priced.value;
  return totalMinor === expectedTotal.minor
    ? accepted(null)
    : refused(priceChanged(expectedTotal, money(totalMinor, currency)));
}
