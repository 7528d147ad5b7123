import { busy } from '#kit/graphql/errors.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import type { orderOperations } from '#kit/neighbours/order.ts';
import type { AddressFacts } from '#kit/neighbours/shapes.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { orderRefusals } from '../domain/order-refusals.ts';
import { returnFlashTicket } from './return-flash-ticket.ts';
import { takeFlashTicket, type TicketNeeds } from './take-flash-ticket.ts';

export interface PurchaseNeeds extends TicketNeeds {
  readonly transact: TransactOutcome;
  readonly once: Once;
  readonly order: Neighbour<typeof orderOperations>;
}

/** A purchase as the member asks for it. */
export interface Purchase {
  readonly memberId: string;
  readonly itemId: string;
  readonly quantity: number;
  readonly addressId: string | null;
  readonly address: AddressFacts | null;
  readonly idempotencyKey: string;
}

/**
 * Buys from a flash sale: ticket first, then the order, once for the caller's key. A refused order returns its ticket. When order gives no answer the
 * outcome is unknown: the error goes to the caller, and the same key asks again with the same ticket, by which order knows what it did. Nobody asks
 * again: the overdue ticket returns by itself.
 */
export async function purchaseFlashSaleItem(
  needs: PurchaseNeeds,
  purchase: Purchase,
  { call, at }: { call: Call; at: Date },
): Promise<Outcome<{ orderId: string }>> {
  const { memberId, idempotencyKey, ...input } = purchase;
  const what = { operation: 'purchaseFlashSaleItem', key: idempotencyKey, input, subject: 'flashTicket' } as const;
  return needs.once({ caller: memberId, ...what }, (ticketId) => buy(needs, { ...purchase, ticketId }, { call, at }));
}

async function buy(
  needs: PurchaseNeeds,
  purchase: Purchase & { readonly ticketId: string },
  { call, at }: { call: Call; at: Date },
): Promise<Outcome<{ orderId: string }>> {
  const { channel } = call.viewer;
  const taken = await takeFlashTicket(needs, { ...purchase, channel }, { at, signal: call.signal });
  if (!taken.ok) return taken;
  const ticket = taken.value;
  // A try of this key that never got an answer, so long ago that the units went back: its price is gone with them.
  if (ticket.status === 'RETURNED' && ticket.orderId === null) {
    return refused(invalidState(['idempotencyKey'], { state: ticket.status }));
  }
  const placed = await answerOf(
    needs.order.placeFlashSaleOrder(
      {
        ticketId: ticket._id,
        memberId: ticket.memberId,
        channel,
        skuId: ticket.skuId,
        quantity: ticket.quantity,
        unitPriceMinor: ticket.unitPriceMinor,
        currency: ticket.currency,
        addressId: purchase.addressId,
        address: purchase.address,
        payBefore: ticket.payBefore.toISOString(),
      },
      { ...call, repeatable: true },
    ),
  );
  if (placed.ok) return placed;
  await returnFlashTicket(needs, ticket._id);
  return refused(...orderRefusals(placed.refusals));
}

/** No answer means that the outcome is unknown: BUSY, and the same key finds out. */
async function answerOf<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error;
    if (error.code === 'REFUSED' && error.reason !== 'BUSY') throw error;
    throw busy(error.retryAfterMs ?? 1_000);
  }
}
