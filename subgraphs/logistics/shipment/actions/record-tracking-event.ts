import type { Clock } from '#kit/clock/clock.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { advance, remainingBefore, reservationIdOf, sentTogether } from '../../fulfillment/domain/fulfillment.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import { carrierNeeded, reportProblems, tooManyReports } from '../domain/report-problems.ts';
import { mostEvents, record, type Shipment, type TrackingEvent } from '../domain/shipment.ts';
import type { Shipments } from '../store/shipments.ts';

export interface RecordTrackingEventCommand {
  readonly trackingNumber: string;
  /** Null when the caller doesn't say. */
  readonly carrierCode: string | null;
  readonly event: TrackingEvent;
  /** The carriers whose shipments the caller may report about; null for all. */
  readonly carriers: readonly string[] | null;
  readonly caller: string;
}

/** Records what a carrier reports; answers the shipment's id. A delivery ends the fulfillment and is told to the order, once. */
export type RecordTrackingEvent = (command: RecordTrackingEventCommand) => Promise<Outcome<string>>;

export function createRecordTrackingEvent(deps: {
  readonly transact: Transact;
  readonly shipments: Shipments;
  readonly fulfillments: Fulfillments;
  readonly reservations: Reservations;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): RecordTrackingEvent {
  const { transact, shipments, fulfillments, reservations, outbox, clock } = deps;

  return (command) =>
    transact(async (session): Promise<Outcome<string>> => {
      const found = await shipmentOf(command, session);
      if (!found.ok) return found;
      const before = found.value;
      const after = record(before, command.event);
      if (after === before) return accepted(before.id);
      const problems = reportProblems(before, command.event, clock.now());
      if (problems.length > 0) return refused(...problems);
      if (after.events.length > mostEvents) return refused(tooManyReports(mostEvents));
      await shipments.saveReports(session, after);
      if (before.status !== 'DELIVERED' && after.status === 'DELIVERED') await deliver(session, after, command.caller);
      return accepted(before.id);
    });

  async function shipmentOf(command: RecordTrackingEventCommand, session: Session): Promise<Outcome<Shipment>> {
    const { trackingNumber, carrierCode, carriers } = command;
    const named = carrierCode === null ? carriers : [carrierCode].filter((code) => carriers?.includes(code) ?? true);
    const [one, another] = await shipments.byNumber(trackingNumber, { carrierCodes: named, memberId: null }, session);
    if (one === undefined) return refused(notFound(['trackingNumber'], 'shipment'));
    return another === undefined ? accepted(one) : refused(carrierNeeded());
  }

  async function deliver(session: Session, shipment: Shipment, by: string): Promise<void> {
    const { id: shipmentId, fulfillmentId, orderId } = shipment;
    const at = shipment.deliveredAt ?? clock.now();
    const ofOrder = await fulfillments.ofOrder(session, orderId);
    const before = ofOrder.find((fulfillment) => fulfillment.id === fulfillmentId);
    const held = before === undefined ? null : await reservations.byOrder(session, reservationIdOf(before));
    if (before === undefined || held === null) throw new Error(`shipment ${shipmentId} has no fulfillment`);
    const arrived = advance(before, { action: 'DELIVER', at, by, callId: `deliver ${shipmentId}` });
    if (!arrived.ok || !(await fulfillments.replace(before, arrived.value, session))) {
      throw new Error(`fulfillment ${fulfillmentId} of a shipment under way can't be delivered`);
    }
    // Written with every delivery of the order: two parcels that arrive at once can't both count the other as remaining.
    const version = held.version + 1;
    await reservations.save(session, [{ ...held, version }]);
    // A replacement moves nothing of its order.
    if (before.afterSaleId !== undefined) return;
    const remaining = remainingBefore('DELIVER', sentTogether(ofOrder, undefined)) - 1;
    const payload = { orderId, fulfillmentId, shipmentId, remaining, deliveredAt: at.toISOString() };
    const about = { aggregateId: orderId, version, at: clock.now() };
    await outbox.append(session, [{ name: 'shipment.delivered', ...about, payload }]);
  }
}
