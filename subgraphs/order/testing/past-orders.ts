import { newId } from '#kit/ids/ids.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import { inProcessTransport } from '#kit/transport/transport.ts';
import { address, type Answer, type OrderWorld } from './order-world.ts';

/** An instant of June 2026. */
export const day = (number: number, hour = 0) => new Date(Date.UTC(2026, 5, number, hour)).toISOString();

/** A bulk load takes longer than a shopper's call, more so on a busy machine. Milliseconds. */
const bulkLoadMs = 30_000;

/** The doors of the order subgraph, as its neighbours see them. */
export function doorsOf(world: OrderWorld) {
  const secrets = ['a secret that is only for these test files'];
  return neighbourOf(
    orderOperations,
    inProcessTransport({ subgraphOf: () => world.subgraph, secrets, clock: world.clock, timeoutMs: bulkLoadMs }),
  );
}

/** An order of the past as it is loaded, placed on a day of June 2026. */
export function pastOrder(memberId: string | null, number: number, status: string, more: object = {}): Answer {
  return {
    key: newId('request'),
    memberId,
    channel: 'web',
    currency: 'CNY',
    placedAt: day(number),
    paidAt: null,
    shippedAt: null,
    deliveredAt: null,
    completedAt: null,
    endedAt: null,
    status,
    freightMinor: 500,
    address,
    lines: [{ skuId: 'sku_1', productId: 'prd_1', title: '杯', quantity: 2, unitPriceMinor: 1000, totalMinor: 1900 }],
    ...more,
  };
}
