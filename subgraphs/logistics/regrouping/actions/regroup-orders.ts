import type { Clock } from '#kit/clock/clock.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { candidatesFor, type DeliveryPolicy, type NetworkNow } from '../../delivery/domain/planning.ts';
import { freightOf } from '../../delivery/domain/freight.ts';
import { cutIntoFulfillments } from '../../fulfillment/domain/cut-into-fulfillments.ts';
import { advance, statusOf, type Fulfillment } from '../../fulfillment/domain/fulfillment.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { Reservation } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { regroup, type Receiver } from '../domain/regroup.ts';

/** An order that receives goods, and where it is sent. */
export interface ReceivingOrder extends Receiver {
  readonly number: string;
  readonly memberId: string | null;
  readonly channel: string;
  readonly region: string;
}

export interface RegroupCommand {
  readonly from: readonly string[];
  readonly to: readonly ReceivingOrder[];
}

/** What sending each receiving order costs, fen; null where that isn't possible any more. */
export type OrderFreights = readonly { readonly orderId: string; readonly freightMinor: number | null }[];

/** Hands the goods of orders that nobody has begun to pick over to others. `by` is named in the steps of the fulfillments that end with it. */
export type RegroupOrders = (command: RegroupCommand, by: string) => Promise<Outcome<OrderFreights>>;

export function createRegroupOrders(deps: {
  readonly transact: Transact;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: Pick<StockBook, 'levelsOfSkus'>;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly policy: DeliveryPolicy;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): RegroupOrders {
  const { transact, reservations, fulfillments, stock, networkNow, policy, outbox, clock } = deps;

  return async ({ from, to }, by) => {
    const regrouped = await transact(async (session): Promise<Outcome<Map<string, Reservation>>> => {
      const receivers = to.map(({ orderId }) => orderId);
      const known = await reservations.byOrders(session, [...from, ...receivers]);
      if (receivers.every((orderId) => known.has(orderId))) return accepted(known);
      const givers = from.map((orderId) => known.get(orderId));
      const early = givers.find((giver) => giver?.state !== 'CONFIRMED');
      if (givers.some((giver) => giver === undefined) || early !== undefined)
        return refused(invalidState(['orderId'], { state: early?.state ?? 'UNKNOWN' }));
      const waiting = await waitingOf(session, from);
      if (!waiting.ok) return waiting;
      const { given, received } = regroup(
        givers.filter((giver) => giver !== undefined),
        to,
        clock.now(),
      );
      for (const fulfillment of waiting.value) await end(session, fulfillment, by);
      await reservations.save(session, [...given, ...received]);
      for (const [index, order] of to.entries()) await send(session, order, received[index]);
      return accepted(new Map(received.map((reservation) => [reservation.orderId, reservation])));
    });
    if (!regrouped.ok) return regrouped;
    const state = await networkNow();
    return accepted(
      to.map((order) => ({
        orderId: order.orderId,
        freightMinor: freightFor(order, regrouped.value.get(order.orderId), state),
      })),
    );
  };

  /** The fulfillments of the giving orders; refused when somebody has begun to work on one. */
  async function waitingOf(session: Session, orderIds: readonly string[]): Promise<Outcome<Fulfillment[]>> {
    const waiting: Fulfillment[] = [];
    for (const orderId of orderIds) waiting.push(...(await fulfillments.ofOrder(session, orderId)));
    const living = waiting.filter(({ stage }) => stage !== 'CANCELLED');
    const begun = living.find(({ stage }) => stage !== 'ALLOCATED');
    return begun ? refused(invalidState(['orderId'], { state: statusOf(begun.stage) })) : accepted(living);
  }

  async function end(session: Session, fulfillment: Fulfillment, by: string): Promise<void> {
    const step = { action: 'CANCEL', at: clock.now(), by, callId: `regroup ${fulfillment.orderId}` } as const;
    const ended = advance(fulfillment, step);
    if (!ended.ok || !(await fulfillments.replace(fulfillment, ended.value, session)))
      throw new Error(`fulfillment ${fulfillment.id} changed inside a transaction that had read it`);
  }

  async function send(session: Session, order: ReceivingOrder, held: Reservation | undefined): Promise<void> {
    if (held === undefined) return;
    const { orderId, number: orderNumber, memberId, channel } = order;
    const at = clock.now();
    const levels = await stock.levelsOfSkus(held.lines.map((line) => line.skuId));
    const bins = new Map(levels.map((level) => [`${level.warehouseId}:${level.skuId}`, level.bin]));
    const binOf = (warehouseId: string, skuId: string) => bins.get(`${warehouseId}:${skuId}`) ?? '';
    const created = cutIntoFulfillments(held, { orderId, orderNumber, memberId, channel, allocatedAt: at }, binOf);
    await fulfillments.add(session, created);
    const payload = { orderId, fulfillmentIds: created.map(({ id }) => id) };
    await outbox.append(session, [
      { name: 'fulfillment.allocated', aggregateId: orderId, version: held.version, at, payload },
    ]);
  }

  /** A parcel from each warehouse, by what its carrier asks. */
  function freightFor(order: ReceivingOrder, held: Reservation | undefined, state: NetworkNow): number | null {
    const rates = new Map(candidatesFor(state, order, policy).map(({ warehouse, rate }) => [warehouse.id, rate]));
    let freight = 0;
    for (const [warehouseId, lines] of Map.groupBy(held?.lines ?? [], (line) => line.warehouseId)) {
      const rate = rates.get(warehouseId);
      if (rate === undefined) return null;
      freight += freightOf(
        rate,
        lines.reduce((sum, line) => sum + line.quantity * line.weightGrams, 0),
      );
    }
    return freight;
  }
}
