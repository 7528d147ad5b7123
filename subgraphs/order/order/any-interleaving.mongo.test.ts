import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { signTestNotification } from '../payment/providers/test-provider.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, staff, testSecret, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock, db } = world;
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const minute = 60_000;
const day = 24 * 60 * minute;
const mutated = 'userErrors { code }';
const job = (name: string) => world.subgraph.runJob(name);

interface Scene {
  readonly viewer: ReturnType<typeof member>;
  readonly orderId: string;
  readonly lineId: string;
  readonly otherId: string;
  /** A payment that is on its way. */
  readonly paymentId: string;
}

/** An order of 3 units with points, another paid one of the same member, and money on its way to the first. */
async function scene(): Promise<Scene> {
  const viewer = member(newId('member'));
  neighbours.points.set(viewer.id ?? '', 300);
  neighbours.freightMinor = 500;
  const lines = [{ skuId: onSale(neighbours, { minor: 1001 }), quantity: 3 }];
  const { order } = await shop.place(viewer, { lines, pointsToSpend: 100 });
  const other = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 700 }), quantity: 1 });
  const paymentId = newId('payment');
  const open = { clientParameters: null, transactionId: null, captured: false, refundedMinor: 0, settledAt: null };
  const intent = { provider: 'TEST', status: 'PENDING', amountMinor: 3403, currency: 'CNY', createdAt: clock.now() };
  await db.connection
    .collection<Answer>('payments')
    .insertOne({ _id: paymentId, orderId: order.id, memberId: viewer.id, ...intent, ...open });
  return { viewer, orderId: order.id, lineId: order.lines[0].id, otherId: other.id, paymentId };
}

/** Everything that people, time, warehouses and payment platforms can do to an order. What is refused changes nothing. */
const acts: Record<string, (scene: Scene) => Promise<unknown>> = {
  pay: ({ viewer, orderId }) => shop.pay(viewer, orderId),
  moneyCame: async ({ orderId, paymentId }) => {
    const said = { paymentId, orderId, transactionId: `t-${paymentId}`, outcome: 'SUCCEEDED' };
    const body = Buffer.from(JSON.stringify({ ...said, amountMinor: 3403, currency: 'CNY' }));
    const { rawBody, headers } = signTestNotification(testSecret, body, clock.now());
    return world.subgraph.routes[0]?.handle({ rawBody, headers, query: {}, log: world.subgraph.log });
  },
  cancel: ({ viewer, orderId }) => shop.cancel(viewer, orderId),
  expire: () => {
    clock.advance(31 * minute);
    return job('close-unpaid-orders');
  },
  shipPart: (at) => shipped(at, 1),
  shipAll: (at) => shipped(at, 0),
  deliver: ({ orderId }) =>
    world.tell('shipment.delivered', {
      ...{ orderId, fulfillmentId: 'ful_1', shipmentId: 'shp_1' },
      ...{ remaining: 0, deliveredAt: clock.now().toISOString() },
    }),
  receive: ({ viewer, orderId }) => shop.receive(viewer, orderId),
  complete: () => {
    clock.advance(16 * day);
    return job('complete-shipped-orders');
  },
  refundUnit: ({ viewer, orderId, lineId }) =>
    shop.mutate(
      viewer,
      'requestAfterSale',
      {
        ...{ orderId, kind: 'REFUND_ONLY', reason: '少件', idempotencyKey: newId('request') },
        lines: [{ orderLineId: lineId, quantity: 1 }],
      },
      mutated,
    ),
  hold: ({ orderId }) => shop.mutate(clerk, 'putOrderOnHold', { orderId, reason: '核实' }, mutated),
  release: ({ orderId }) => shop.mutate(clerk, 'releaseOrderHold', { orderId }, mutated),
  split: ({ orderId, lineId }) =>
    shop.mutate(
      clerk,
      'splitOrder',
      {
        ...{ orderId, by: 'LINES', idempotencyKey: newId('request') },
        parts: [{ lines: [{ orderLineId: lineId, quantity: 1 }] }],
      },
      mutated,
    ),
  merge: ({ orderId, otherId }) =>
    shop.mutate(clerk, 'mergeOrders', { orderIds: [orderId, otherId], idempotencyKey: newId('request') }, mutated),
  outOfStock: ({ orderId }) => world.tell('fulfillment.impossible', { orderId, skuIds: [] }),
};

const shipped = ({ orderId }: Scene, remaining: number) =>
  world.tell('fulfillment.shipped', {
    ...{ orderId, fulfillmentId: 'ful_1', shipmentId: 'shp_1' },
    ...{ remaining, shippedAt: clock.now().toISOString() },
  });

/** Lets every job finish what is under way. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    clock.advance(31 * minute);
    for (const name of [
      ...['close-unpaid-orders', 'finish-cancellations', 'finish-late-payments', 'finish-regroupings'],
      ...['finish-after-sales', 'finish-pending-refunds', 'seal-audit-entries'],
    ])
      await job(name);
  }
}

test('whatever happens to an order, in whatever order and at once, its states are reached by allowed moves and its money adds up', async () => {
  const names = fc.constantFrom(...Object.keys(acts));
  const reached = new Set<string>();
  const property = fc.asyncProperty(
    fc.array(fc.array(names, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    async (moments) => {
      const at = await scene();
      for (const moment of moments) await Promise.allSettled(moment.map((name) => acts[name]?.(at)));
      await settle();
      const call = { viewer: systemViewer('verify'), requestId: newId('request') };
      const { discrepancies } = (await world.subgraph.call('/internal/verify', {}, call)) as Answer;
      if (discrepancies.length > 0) throw new Error(JSON.stringify(discrepancies));
      reached.add((await shop.order(at.viewer, at.orderId)).status);
    },
  );
  const found = await fc.check(property, { numRuns: 25, seed: 2026 });
  expect(found.failed ? fc.defaultReportMessage(found) : null).toBeNull();
  expect(reached.size).toBeGreaterThanOrEqual(5);
}, 300_000);
