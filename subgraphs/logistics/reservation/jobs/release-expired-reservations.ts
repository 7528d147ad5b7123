import type { Job } from '#kit/jobs/jobs.ts';
import type { ReservationDesk } from '../actions/reservation-desk.ts';
import type { Reservations } from '../store/reservations.ts';

const atOnce = 100;

/** Gives back what unpaid orders held beyond their time, each once: a reservation that was paid or released meanwhile is left alone. */
export function releaseExpiredReservations(deps: {
  readonly reservations: Pick<Reservations, 'expired'>;
  readonly desk: ReservationDesk;
}): Job {
  return {
    name: 'release-expired-reservations',
    everyMs: 5_000,
    hasWork: async (now) => (await deps.reservations.expired(now, 1)).length > 0,
    async run({ now, signal }) {
      for (;;) {
        signal.throwIfAborted();
        const orderIds = await deps.reservations.expired(now, atOnce);
        await Promise.all(orderIds.map((orderId) => deps.desk({ kind: 'RELEASE', orderId, because: 'EXPIRED' })));
        if (orderIds.length < atOnce) return;
      }
    },
  };
}
