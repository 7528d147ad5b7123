import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { createGather } from '#kit/gather/gather.ts';
import { busy } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Money } from '#kit/money/money.ts';
import type {
  flashSaleOrders,
  FlashSalePlacing,
  FlashSalePrice,
  FlashSaleWish,
  PlacedOrderFacts,
} from '#kit/neighbours/flash-sale-orders.ts';
import type { AddressFacts } from '#kit/neighbours/shapes.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import { mayComeAgainAfterMs } from '#kit/transport/unanswered.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { stepName } from '../../quote/domain/wording.ts';
import type { FlashTicket } from '../domain/flash-sale.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** A ticket that wants its order, where the goods shall go, and who asks. */
export interface OrderWish {
  readonly ticket: FlashTicket;
  readonly to: { readonly addressId: string | null; readonly address: AddressFacts | null };
  /** What the buyer saw, in the ticket's currency; absent: whatever it costs. */
  readonly expectedTotal?: Money | undefined;
  readonly call: Call;
}

/** Where the order subgraph is asked. @throws BUSY when it gives no answer. */
export interface OrderDesk {
  /** The order of a ticket; asked again, the same. Without an answer the outcome is unknown. */
  place(wish: OrderWish): Promise<Outcome<PlacedOrderFacts>>;
  /** What an order would cost, freight included. Holds nothing. */
  price(wish: FlashSaleWish, requestId: string): Promise<Outcome<FlashSalePrice>>;
}

/** Sends tickets that come together to the order subgraph as one call. */
export function createOrderDesk(parts: {
  readonly orders: Neighbour<typeof flashSaleOrders>;
  readonly tickets: Pick<FlashTicketStore, 'markOrdered'>;
}): OrderDesk {
  const { orders, tickets } = parts;
  const newCall = (): Call => ({ viewer: systemViewer('promotion'), requestId: newId('request'), repeatable: true });

  const place = createGather<FlashSalePlacing, Outcome<PlacedOrderFacts>>(async (placings) => {
    const { placed } = await orders.placeFlashSaleOrders({ orders: [...placings] }, newCall());
    await crashPoint('promotion.flash-sale.order-placed');
    return placed;
  });
  // Those who come next don't wait for it.
  const note = createGather<string, undefined>(async (ticketIds) => {
    await tickets.markOrdered(ticketIds);
    await crashPoint('promotion.flash-sale.order-noted');
    return ticketIds.map(() => undefined);
  });
  const placeAndNote = async (placing: FlashSalePlacing): Promise<Outcome<PlacedOrderFacts>> => {
    const placed = await place(placing);
    if (placed.ok) await note(placing.ticketId);
    return placed;
  };
  const settle = createGather<FlashTicket, Outcome<PlacedOrderFacts>>(async (asked) => {
    const known = asked.map(({ orderId, memberId, currency }) => ({ orderId, memberId, currency }));
    return (await orders.settleFlashSaleOrders({ orders: known }, newCall())).placed;
  });

  return {
    place: (wish) => orAskAgain(wish.ticket.status === 'HELD' ? placeAndNote(placingOf(wish)) : settle(wish.ticket)),
    price: (wish, requestId) => orAskAgain(orders.priceFlashSaleOrder(wish, { ...newCall(), requestId })),
  };
}

function placingOf({ ticket, to, expectedTotal, call }: OrderWish): FlashSalePlacing {
  const { _id: ticketId, orderId, memberId, skuId, quantity, unitPriceMinor, currency, payBefore } = ticket;
  const { channel, locale } = call.viewer;
  return {
    ...{ orderId, ticketId, memberId, channel, locale, skuId, quantity, unitPriceMinor, currency },
    labels: { channelPrice: stepName('CHANNEL_PRICE', locale), flashPrice: stepName('FLASH_PRICE', locale) },
    addressId: to.addressId,
    address: to.address,
    payBefore: payBefore.toISOString(),
    expectedTotalMinor: expectedTotal?.minor,
  };
}

async function orAskAgain<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const afterMs = error instanceof NeighbourError ? mayComeAgainAfterMs(error) : null;
    throw afterMs === null ? error : busy(afterMs);
  }
}
