import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import { sentInExchange, shipFrom, type Reservation } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import { trackingNumberProblem, trackingNumberTaken } from '../../shipment/domain/tracking-number.ts';
import type { Shipments } from '../../shipment/store/shipments.ts';
import { addedUp } from '../../stock/domain/movement.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { advance, remainingBefore, reservationIdOf, sentTogether, type Fulfillment } from '../domain/fulfillment.ts';
import type { Fulfillments } from '../store/fulfillments.ts';

export interface ShipFulfillmentCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly fulfillmentId: string;
  readonly carrierCode: string;
  readonly trackingNumber: string;
}

/** Hands a packed fulfillment to a carrier; answers its id. On hand and reserved fall, the ledger grows and the order is told, all at once. */
export type ShipFulfillment = (command: ShipFulfillmentCommand) => Promise<Outcome<string>>;

export function createShipFulfillment(deps: {
  readonly once: Once;
  readonly transact: Transact;
  readonly network: Pick<NetworkStore, 'carriersByCodes'>;
  readonly fulfillments: Fulfillments;
  readonly reservations: Reservations;
  readonly shipments: Shipments;
  readonly stock: StockBook;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): ShipFulfillment {
  const { once, transact, network, fulfillments, reservations, shipments, stock, outbox, clock } = deps;

  return ({ caller, idempotencyKey: key, ...input }) =>
    once({ caller, operation: 'shipFulfillment', key, input, subject: 'request' }, async (callId) => {
      const problem = trackingNumberProblem(input.trackingNumber);
      if (problem !== null) return refused(problem);
      const [carrier] = await network.carriersByCodes([input.carrierCode]);
      return transact(async (session): Promise<Outcome<string>> => {
        const before = await fulfillments.byId(input.fulfillmentId, session);
        if (before === null) return refused(notFound(['fulfillmentId'], 'fulfillment'));
        if (carrier === undefined) return refused(notFound(['carrierCode'], 'carrier'));
        const step = { action: 'SHIP' as const, at: clock.now(), by: caller, callId };
        const moved = advance(before, step);
        if (!moved.ok) return moved;
        if (moved.value === before) return accepted(before.id);
        const [holder] = await shipments.byNumber(
          input.trackingNumber,
          { carrierCodes: [carrier.code], memberId: null },
          session,
        );
        if (holder !== undefined) return refused(trackingNumberTaken(carrier.code, input.trackingNumber));
        const held = await reservations.byOrder(session, reservationIdOf(before));
        if (held === null) throw new Error(`fulfillment ${before.id} has no reservation`);
        if (held.onHold) return refused(invalidState(['fulfillmentId'], { state: 'ON_HOLD' }));
        await ship(session, { before, after: moved.value, held }, { ...input, at: step.at });
        return accepted(before.id);
      });
    });

  async function ship(
    session: Session,
    { before, after, held }: { before: Fulfillment; after: Fulfillment; held: Reservation },
    { carrierCode, trackingNumber, at }: { carrierCode: string; trackingNumber: string; at: Date },
  ): Promise<void> {
    const { id: fulfillmentId, orderId, memberId, warehouseId } = before;
    const contents = addedUp(before.lines);
    const sheet = await stock.sheet(
      session,
      contents.map((line) => line.skuId),
    );
    const shipped = shipFrom(held, warehouseId, sheet);
    const movements = contents.map(({ skuId, quantity }) => {
      const what = { warehouseId, skuId, onHand: -quantity, damaged: 0, cause: 'SHIPMENT' as const };
      return { id: newId('stockMovement'), ...what, causeId: fulfillmentId, note: null, at };
    });
    const ofOrder = await fulfillments.ofOrder(session, orderId);
    const shipmentId = newId('shipment');
    if (!(await fulfillments.replace(before, after, session))) {
      throw new Error(`fulfillment ${fulfillmentId} changed inside a transaction that had read it`);
    }
    // The reservation is written with every shipment of its order: two parcels that leave at once can't both count the other as remaining.
    await reservations.save(session, [shipped]);
    const parties = { fulfillmentId, orderId, memberId, carrierCode, trackingNumber };
    const state = { status: 'LABELLED' as const, events: [], shippedAt: at, deliveredAt: null };
    await shipments.add(session, [{ id: shipmentId, ...parties, ...state }]);
    await stock.write(session, sheet, { movements, at });
    const { afterSaleId } = before;
    const remaining = remainingBefore('SHIP', sentTogether(ofOrder, afterSaleId)) - 1;
    const payload = { orderId, fulfillmentId, shipmentId, remaining, shippedAt: at.toISOString() };
    const about = { aggregateId: shipped.orderId, version: shipped.version, at };
    if (afterSaleId === undefined) {
      await outbox.append(session, [{ name: 'fulfillment.shipped', ...about, payload }]);
      return;
    }
    const ofOrderItself = await reservations.byOrder(session, orderId);
    if (ofOrderItself === null) throw new Error(`order ${orderId} of an exchange has no reservation`);
    // What was sent instead may come back, like everything that was sent for the order.
    await reservations.save(session, [sentInExchange(ofOrderItself, held, warehouseId)]);
    await outbox.append(session, [{ name: 'replacement.shipped', ...about, payload: { ...payload, afterSaleId } }]);
  }
}
