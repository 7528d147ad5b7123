import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import {
  candidatesFor,
  deliveriesOf,
  type Candidate,
  type Delivery,
  type DeliveryPolicy,
  type Destination,
  type NetworkNow,
} from '../../delivery/domain/planning.ts';
import type { ReservationRequest } from '../domain/reservation.ts';
import type { ReservationDesk } from './reservation-desk.ts';

/** What one order asks for, and where it goes. */
export interface OrderToReserve {
  readonly request: ReservationRequest;
  readonly destination: Destination;
  /** The presale whose goods are set aside for it. */
  readonly presaleId?: string;
}

/** Reserves for many orders that come together, and says how what was reserved will be sent, in their order. */
export type ReserveOrders = (
  orders: readonly OrderToReserve[],
  signal?: AbortSignal,
) => Promise<Outcome<readonly Delivery[]>[]>;

export function createReserveOrders(deps: {
  readonly desk: ReservationDesk;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly policy: DeliveryPolicy;
}): ReserveOrders {
  const { desk, networkNow, policy } = deps;

  return async (orders, signal) => {
    const commands = orders.map((order) => ({ kind: 'RESERVE', ...order }) as const);
    const settled = await Promise.all(commands.map((command) => desk(command, signal)));
    const state = await networkNow();
    const known = new Map<string, Candidate[]>();
    const candidatesTo = (destination: Destination) => {
      const place = `${destination.channel} ${destination.region ?? ''}`;
      const candidates = known.get(place) ?? candidatesFor(state, destination, policy);
      known.set(place, candidates);
      return candidates;
    };
    return settled.map((outcome, index) => {
      if (!outcome.ok) return outcome;
      const goods = outcome.value.reservation?.lines ?? [];
      return accepted(deliveriesOf(goods, candidatesTo(orders[index]?.destination ?? { channel: '', region: null })));
    });
  };
}
