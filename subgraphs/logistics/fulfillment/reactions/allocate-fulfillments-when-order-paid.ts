import type { Clock } from '#kit/clock/clock.ts';
import type { DomainEvent } from '#kit/events/events.ts';
import { reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { NetworkNow } from '../../delivery/domain/planning.ts';
import type { SettleReservations } from '../../reservation/actions/settle-reservations.ts';
import { confirm, releasedBefore, type Reservation } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { cutIntoFulfillments } from '../domain/cut-into-fulfillments.ts';
import type { Fulfillments } from '../store/fulfillments.ts';

type OrderPaid = DomainEvent<'order.paid'>;

/**
 * Turns the reservations of paid orders into one fulfillment per warehouse, for good. A reservation that ran out between payment and this event
 * is made again, or, when its goods went to somebody else, the order is told that it can't be sent. One that the order itself gave up stays so.
 */
export function allocateFulfillmentsWhenOrderPaid(deps: {
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: StockBook;
  readonly settle: SettleReservations;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): Reaction {
  const { reservations, fulfillments, stock, settle, networkNow, outbox, clock } = deps;

  return reactionToAll({
    name: 'allocate-fulfillments-when-order-paid',
    on: 'order.paid',
    async reactToAll(events: readonly OrderPaid[], session) {
      const known = await reservations.byOrders(
        session,
        events.map(({ payload }) => payload.orderId),
      );
      const held: { event: OrderPaid; reservation: Reservation }[] = [];
      for (const event of events) {
        const reservation = await heldBy(event, known.get(event.payload.orderId) ?? null, session);
        if (reservation !== null) held.push({ event, reservation });
      }
      if (held.length === 0) return;
      const binOf = await binsOf(held.map(({ reservation }) => reservation));
      const allocated = held.map(({ event, reservation }) => {
        const confirmed = confirm(reservation, shipDatesOf(event));
        return { confirmed, created: cutIntoFulfillments(confirmed, factsOf(event), binOf) };
      });
      await fulfillments.add(
        session,
        allocated.flatMap(({ created }) => created),
      );
      await reservations.save(
        session,
        allocated.map(({ confirmed }) => confirmed),
      );
      await outbox.append(
        session,
        allocated.map(({ created, confirmed: { orderId, version } }) => {
          const payload = { orderId, fulfillmentIds: created.map(({ id }) => id) };
          return { name: 'fulfillment.allocated', aggregateId: orderId, version, at: clock.now(), payload };
        }),
      );
    },
  });

  /** The reservation to be confirmed; null when the order gave it up, it is confirmed already, or there are no goods for it any more. */
  async function heldBy(
    { payload }: OrderPaid,
    known: Reservation | null,
    session: Session,
  ): Promise<Reservation | null> {
    const { orderId, channel, region } = payload;
    if (known?.state === 'HELD') return known;
    if (known?.state === 'CONFIRMED' || (known !== null && known.releasedBecause !== 'EXPIRED')) return null;
    const attempt = known?.attempt ?? 1;
    const weights = new Map(known?.lines.map((line) => [line.orderLineId, line.weightGrams]));
    const lines = payload.lines.map(({ orderLineId, skuId, quantity }) => {
      return { orderLineId, skuId, quantity, weightGrams: weights.get(orderLineId) ?? 0 };
    });
    const state = await networkNow();
    const request = { orderId, attempt, lines, expiresAt: state.now };
    const [outcome] = await settle(session, [{ kind: 'RESERVE', request, destination: { channel, region } }], state);
    if (outcome?.ok) return reservations.byOrder(session, orderId);
    const skuIds = (outcome?.refusals ?? []).map((refusal) => String(refusal['skuId']));
    const given = known ?? releasedBefore({ orderId, attempt }, 'EXPIRED', state.now);
    const version = known === null ? given.version : given.version + 1;
    await reservations.save(session, [{ ...given, version }]);
    const about = { aggregateId: orderId, version, at: state.now };
    await outbox.append(session, [{ name: 'fulfillment.impossible', ...about, payload: { orderId, skuIds } }]);
    return null;
  }

  /** Names the shelf of a SKU in a warehouse. */
  async function binsOf(held: readonly Reservation[]): Promise<(warehouseId: string, skuId: string) => string> {
    const levels = await stock.levelsOfSkus(held.flatMap(({ lines }) => lines.map(({ skuId }) => skuId)));
    const bins = new Map(levels.map((level) => [`${level.warehouseId}:${level.skuId}`, level.bin]));
    return (warehouseId, skuId) => bins.get(`${warehouseId}:${skuId}`) ?? '';
  }

  function factsOf({ payload: { orderId, number: orderNumber, memberId, channel } }: OrderPaid) {
    return { orderId, orderNumber, memberId, channel, allocatedAt: clock.now() };
  }
}

/** When goods may be sent that may not at once, by order line. */
function shipDatesOf({ payload }: OrderPaid): Map<string, Date> {
  return new Map(
    payload.lines.flatMap(({ orderLineId, shipsAfter }) =>
      shipsAfter === undefined ? [] : [[orderLineId, new Date(shipsAfter)] as const],
    ),
  );
}
