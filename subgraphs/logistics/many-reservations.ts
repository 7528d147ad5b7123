import { manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import { onlyOurServices } from '#kit/verification/verify-door.ts';
import type { Actions } from './actions.ts';
import { answerOf, travelling } from './operations.ts';

/** The doors for who places many orders at once. */
export function provideManyReservations({ reserveOrders }: Pick<Actions, 'reserveOrders'>): ProvidedOperations {
  return provide(manyReservations, {
    async reserveOrders({ orders }, call) {
      onlyOurServices(call);
      const reserved = await reserveOrders(
        orders.map(({ orderId, channel, region, lines, expiresAt, presaleId }) => ({
          request: { orderId, attempt: 1, lines, expiresAt: new Date(expiresAt) },
          destination: { channel, region },
          ...(presaleId === undefined ? {} : { presaleId }),
        })),
        call.signal,
      );
      return {
        reserved: reserved.map((outcome) =>
          answerOf(outcome.ok ? accepted({ deliveries: outcome.value.map(travelling) }) : outcome),
        ),
      };
    },
  });
}
