import { beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { testClock } from '#kit/clock/clock.ts';
import { createSharedTransaction } from '#kit/group-commit/shared-transaction.ts';
import { newId } from '#kit/ids/ids.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { neighboursBehind } from '../../neighbours.ts';
import { createNeighbourhood } from '../../testing/neighbourhood.ts';
import { address, onSale } from '../../testing/order-world.ts';
import { createStores } from '../../wire-stores.ts';
import { confirm } from '../domain/order-changes.ts';
import type { PlainTerms } from '../domain/draft-order.ts';
import { createOrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Orders } from '../store/orders.ts';
import { holdPoints } from './hold-points.ts';
import { createPlacingSaga } from './place-by-saga.ts';
import { reserveStock } from './reserve-stock.ts';

const db = testDatabase();
const clock = testClock('2026-11-22T08:00:00Z');
const here = createNeighbourhood();
const neighbours = neighboursBehind(here.transport);
const outbox = createOutbox(db.connection, { source: 'order' });
const { orders } = createStores(db.connection, outbox);
const secrets = ['a secret of the test of placings that died'];
const privacy = createOrderPrivacy(createPersonalData(db.connection, { scope: 'order', secrets }));
const call = { viewer: systemViewer('test'), requestId: 'req_1' };
beforeAll(() => ensureIndexes(db.connection));

/** A process that places orders; `through` is how it reaches its database. */
function processWith(
  through: Orders,
  recordAnswers: Parameters<typeof createPlacingSaga>[0]['confirmation']['recordAnswers'] = async () => false,
) {
  return createPlacingSaga({
    orders: through,
    privacy,
    steps: [reserveStock(neighbours.logistics), holdPoints(neighbours.member)],
    confirmation: {
      takeFromCarts: async () => true,
      recordAnswers,
      recordPaidElsewhere: async () => undefined,
    },
    share: createSharedTransaction(db.connection),
    clock,
    log: pino({ level: 'silent' }),
  });
}

/** The database of a process that is gone from the given write on. */
function lostAt(write: 'insertDraft' | 'changeAll' | 'decideUndo'): Orders {
  const gone = () => Promise.reject(new Error('the process has died'));
  const lost: Orders = { ...orders, [write]: gone };
  return write === 'changeAll' ? { ...lost, decideUndo: gone } : lost;
}

function somebodysTerms(): { terms: PlainTerms; skuId: string } {
  const skuId = onSale(here, { units: 10 });
  const memberId = newId('member');
  here.points.set(memberId, 30);
  const line = {
    lineId: newId('orderLine'),
    skuId,
    productId: 'prd_1',
    title: '杯',
    quantity: 2,
    unitPriceMinor: 500,
    weightGrams: 1,
    steps: [],
  };
  const terms: PlainTerms = {
    memberId,
    channel: 'web',
    currency: 'CNY',
    placedAt: clock.now(),
    expiresAt: new Date(clock.now().getTime() + 1_800_000),
    subtotalMinor: 1000,
    discountMinor: 30,
    freightMinor: 0,
    totalMinor: 970,
    pointsSpent: 30,
    benefits: { promotions: [], coupons: [], flashTicketId: null },
    address,
    note: null,
    lines: [{ ...line, totalMinor: 970 }],
    deliveries: [],
    external: null,
    cart: null,
    paidElsewhere: false,
  };
  return { terms, skuId };
}

describe('a placing whose process died after everything was held', () => {
  test('is finished by the retry of the same call, with everything held once', async () => {
    const { terms, skuId } = somebodysTerms();
    await expect(processWith(lostAt('changeAll')).place('req_a', terms, { actor: 'member' }, call)).rejects.toThrow(
      'has died',
    );
    expect(here.stock.get(skuId)).toBe(8);
    const resumed = await processWith(orders).resume('req_a', 'member', call, { alone: true });
    const order = await orders.byPlacement('req_a');
    expect(resumed).toEqual({ ok: true, value: order });
    expect(order).toMatchObject({
      status: 'PENDING_PAYMENT',
      visible: true,
      version: 1,
      placing: { fence: 2, decision: 'CONFIRM' },
    });
    expect(here.stock.get(skuId)).toBe(8);
    expect(await outbox.rows().countDocuments({ aggregateId: order?._id })).toBe(1);
    expect(await processWith(orders).resume('req_a', 'member', call, { alone: true })).toEqual(resumed);
  });

  test('is undone by the job once the lease is over, and not before', async () => {
    const { terms, skuId } = somebodysTerms();
    await expect(processWith(lostAt('changeAll')).place('req_b', terms, { actor: 'member' }, call)).rejects.toThrow(
      'has died',
    );
    const draft = await orders.byPlacement('req_b');
    const id = draft?._id ?? '';
    expect(await processWith(orders).undoStale(id, call)).toBe(false);
    clock.advance(15_000);
    expect((await orders.stalePlacings(clock.now(), 10)).map(({ _id }) => _id)).toEqual([id]);
    expect(await processWith(orders).undoStale(id, call)).toBe(true);
    expect(here.stock.get(skuId)).toBe(10);
    expect(here.points.get(terms.memberId ?? '')).toBe(30);
    expect(await orders.byId(id)).toMatchObject({ status: 'ABANDONED', visible: false });
    expect(await processWith(orders).resume('req_b', 'member', call, { alone: true })).toBeNull();
  });
});

describe('a placing whose process died before anything was held', () => {
  test('leaves no order at all when the draft was not written', async () => {
    const { terms, skuId } = somebodysTerms();
    await expect(processWith(lostAt('insertDraft')).place('req_c', terms, { actor: 'member' }, call)).rejects.toThrow(
      'has died',
    );
    expect(await orders.byPlacement('req_c')).toBeNull();
    expect(here.stock.get(skuId)).toBe(10);
  });
});

describe('the word of a process', () => {
  const confirms = (id: string, fence: number) =>
    inTransaction(db.connection, (session) =>
      orders.change(session, id, confirm({ at: clock.now(), actor: 'member' }), fence),
    );
  const leaseUntil = () => new Date(clock.now().getTime() + 15_000);
  const leftBehind = async (placement: string): Promise<string> => {
    const { terms } = somebodysTerms();
    await expect(processWith(lostAt('changeAll')).place(placement, terms, { actor: 'member' }, call)).rejects.toThrow(
      'has died',
    );
    return (await orders.byPlacement(placement))?._id ?? '';
  };

  test('counts for nothing once another has taken over', async () => {
    const id = await leftBehind('req_e');
    expect(await orders.takeOver(id, leaseUntil())).toMatchObject({ placing: { fence: 2 } });
    expect(await confirms(id, 1)).toBeNull();
    expect(await orders.decideUndo(id, 1, { steps: [], refusals: [] })).toBe(false);
    expect(await confirms(id, 2)).toMatchObject({ status: 'PENDING_PAYMENT' });
    expect(await orders.takeOver(id, leaseUntil())).toBeNull();
  });

  test('to undo is final, also while the undoing is under way and for whoever goes on with it', async () => {
    const id = await leftBehind('req_f');
    expect(await orders.decideUndo(id, 1, { steps: [], refusals: [] })).toBe(true);
    expect(await confirms(id, 1)).toBeNull();
    await orders.takeOver(id, leaseUntil());
    expect(await confirms(id, 2)).toBeNull();
    expect(await orders.byId(id)).toMatchObject({ status: 'PLACING', visible: false, placing: { decision: 'UNDO' } });
  });
});

describe('two processes at one placing', () => {
  test('one of them places it, both tell the same order', async () => {
    const { terms, skuId } = somebodysTerms();
    const placed = await Promise.all(
      [1, 2, 3].map(() => processWith(orders).place('req_d', terms, { actor: 'member' }, call)),
    );
    expect(new Set(placed.map((outcome) => (outcome.ok ? outcome.value._id : 'refused'))).size).toBe(1);
    expect(here.stock.get(skuId)).toBe(8);
  });

  test('the retry and the job at once end in an order with everything held, or in none with nothing held', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { terms, skuId } = somebodysTerms();
      const placement = `req_race_${round}`;
      await expect(processWith(lostAt('changeAll')).place(placement, terms, { actor: 'member' }, call)).rejects.toThrow(
        'has died',
      );
      const id = (await orders.byPlacement(placement))?._id ?? '';
      clock.advance(15_000);
      await Promise.allSettled([
        processWith(orders).resume(placement, 'member', call, { alone: true }),
        processWith(orders).undoStale(id, call),
      ]);
      const order = await orders.byId(id);
      expect(['PENDING_PAYMENT', 'ABANDONED']).toContain(order?.status);
      expect(here.stock.get(skuId)).toBe(order?.visible === true ? 8 : 10);
    }
  });
});

describe('the answer of a call that places an order', () => {
  test.each([true, false])(
    'is recorded in the confirmation’s transaction; that this is certain: %s',
    async (isOurs) => {
      const { terms } = somebodysTerms();
      const place = { _id: `key_${isOurs}`, holder: 'this call' };
      const recorded: unknown[] = [];
      let committed = 0;
      const process = processWith(orders, async (session, placed) => {
        recorded.push({ ...placed[0], inTransaction: session.inTransaction() });
        return isOurs;
      });
      const answering = { place, committed: () => void (committed += 1) };
      const outcome = await process.place(`req_answered_${isOurs}`, terms, { actor: 'member', answering }, call);
      const order = await orders.byPlacement(`req_answered_${isOurs}`);
      expect(outcome).toMatchObject({ ok: true, value: { _id: order?._id, status: 'PENDING_PAYMENT' } });
      expect([recorded, committed]).toEqual([[{ place, orderId: order?._id, inTransaction: true }], isOurs ? 1 : 0]);
    },
  );
});
