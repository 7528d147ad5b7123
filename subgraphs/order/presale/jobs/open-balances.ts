import type { Logger } from 'pino';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { holdMarginMs } from '../../order/domain/hold-margin.ts';
import type { Orders } from '../../order/store/orders.ts';
import { isPresale, type PresaleOrder } from '../domain/order-presale.ts';
import { openBalance } from '../domain/presale-changes.ts';
import type { PresaleOrders } from '../store/presale-orders.ts';

interface OpenParts {
  readonly orders: Pick<Orders, 'byId' | 'change'>;
  readonly presaleOrders: Pick<PresaleOrders, 'waiting' | 'holdLater'>;
  readonly reservations: Neighbour<typeof manyReservations>;
  readonly transact: Transact;
  readonly log: Pick<Logger, 'warn'>;
}

const everyMs = 5_000;
const batch = 200;
/** How long after goods were short they are asked for again. */
const againMs = 60_000;

/**
 * Opens the balances of presale orders when their time has come: the goods are held first, so that nobody is asked to pay for what isn't there. Orders whose goods haven't
 * arrived are tried again every minute until their balances are over; then they close and their deposits go back. A crash between the two finds its reservation again.
 */
export function openBalances({ orders, presaleOrders, reservations, transact, log }: OpenParts): Job {
  async function hold(waiting: readonly PresaleOrder[], signal: AbortSignal) {
    const wanted = waiting.map(({ _id: orderId, channel, address, lines, presale }) => ({
      orderId,
      channel,
      presaleId: presale.presaleId,
      region: address.region,
      lines: lines.map(({ lineId, skuId, quantity, weightGrams }) => {
        return { orderLineId: lineId, skuId, quantity, weightGrams };
      }),
      expiresAt: new Date(presale.balanceTo.getTime() + holdMarginMs).toISOString(),
    }));
    const call = { viewer: systemViewer('order'), requestId: 'open-balances', signal, repeatable: true };
    return (await reservations.reserveOrders({ orders: wanted }, call)).reserved;
  }

  return {
    name: 'open-balances',
    everyMs,
    hasWork: async (now) => (await presaleOrders.waiting(now, 1)).length > 0,
    async run({ now, signal }) {
      for (;;) {
        const waiting = await presaleOrders.waiting(now, batch);
        if (waiting.length === 0) return;
        const held = await hold(waiting, signal);
        await crashPoint('order.balance.goods-held');
        const short = waiting.filter((_, index) => held[index]?.ok !== true);
        if (short.length > 0) {
          log.warn({ orders: short.length }, 'presale orders wait for goods that are not there');
          await presaleOrders.holdLater(
            short.map(({ _id }) => _id),
            new Date(now.getTime() + againMs),
          );
        }
        for (const [index, { _id }] of waiting.entries()) {
          const outcome = held[index];
          if (outcome?.ok !== true) continue;
          signal.throwIfAborted();
          const deliveries = outcome.value.deliveries.map((delivery) => ({
            ...delivery,
            earliest: new Date(delivery.earliest),
            latest: new Date(delivery.latest),
          }));
          await transact(async (session) => {
            const order = await orders.byId(_id, session);
            const move =
              order && isPresale(order) ? openBalance(order, deliveries, { at: now, actor: 'system' }) : null;
            if (move !== null) await orders.change(session, _id, move);
            await crashPoint('order.balance.before-open');
          });
          await crashPoint('order.balance.opened');
        }
        if (waiting.length < batch) return;
      }
    },
  };
}
