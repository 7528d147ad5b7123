import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FlashSalePlacing } from '#kit/neighbours/flash-sale-orders.ts';
import { newId } from '#kit/ids/ids.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { codesOf, flashSaleShopIn } from '../testing/flash-sale-shop.ts';
import { address, onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const { mia, system, doorsOf, doors, placing, place, settle } = flashSaleShopIn(world);
const ordersIn = (orderId: string) =>
  world.db.connection.collection<{ _id: string }>('orders').findOne({ _id: orderId });

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.calls.length = 0;
  neighbours.freightMinor = 0;
});

describe('orders behind flash-sale tickets', () => {
  test('are placed without that of a member who was erased meanwhile, whose stock stays free', async () => {
    const skuId = onSale(neighbours, { units: 5 });
    const memberId = newId('member');
    await world.tell('member.erased', { memberId });
    const [gone, first, second] = await place(placing(skuId, { memberId }), placing(skuId), placing(skuId));
    expect(gone).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE', state: 'ERASED' }] });
    expect([first?.ok, second?.ok]).toEqual([true, true]);
    expect(neighbours.stock.get(skuId)).toBe(3);
  });

  test('are placed at the tickets’ prices, explained, open until their time, and told', async () => {
    const skuId = onSale(neighbours, { minor: 1_000, units: 5 });
    neighbours.freightMinor = 800;
    const wanted = placing(skuId, { quantity: 2 });
    const [placed] = await place(wanted);
    expect(placed).toEqual({
      ok: true,
      value: {
        orderId: wanted.orderId,
        number: expect.stringMatching(/^20261122\d{8}$/),
        status: 'PENDING_PAYMENT',
        totalMinor: 1_000,
        currency: 'CNY',
      },
    });
    expect(await shop.order(mia, wanted.orderId)).toMatchObject({
      status: 'PENDING_PAYMENT',
      expiresAt: '2026-11-22T08:15:00.000Z',
      subtotal: { amount: '20.00' },
      discount: { amount: '18.00' },
      freight: { amount: '8.00' },
      total: { amount: '10.00' },
      timeline: [{ status: 'PENDING_PAYMENT' }],
    });
    const row = await ordersIn(wanted.orderId);
    expect(row).toMatchObject({
      benefits: { promotions: [], coupons: [], flashTicketId: wanted.ticketId },
      lines: [
        {
          totalMinor: 200,
          steps: [
            { kind: 'CHANNEL_PRICE', label: 'Price', beforeMinor: 2_000, afterMinor: 2_000 },
            { kind: 'FLASH_PRICE', label: 'Flash-sale price', beforeMinor: 2_000, afterMinor: 200 },
          ],
        },
      ],
    });
    expect(neighbours.stock.get(skuId)).toBe(3);
    expect(await world.eventsOf(wanted.orderId)).toMatchObject([
      { name: 'order.placed', version: 1, payload: { totalMinor: 1_000, memberId: mia.id } },
    ]);
  });

  test('of one call cost one question to each neighbour, however many they are', async () => {
    const skuId = onSale(neighbours, { units: 100 });
    neighbours.addresses.set('adr_1', { memberId: mia.id ?? '', address, isDefault: true });
    const placed = await place(...Array.from({ length: 50 }, () => placing(skuId, { address: null })));
    expect(new Set(placed.map((outcome) => (outcome.ok ? outcome.value.number : 'refused'))).size).toBe(50);
    expect(neighbours.calls.toSorted()).toEqual(['logistics.reserveOrders', 'member.addressesOf', 'product.skuFacts']);
    expect(neighbours.stock.get(skuId)).toBe(50);
  });

  test('are one for each id, however often and wherever it is asked for', async () => {
    const skuId = onSale(neighbours, { units: 5 });
    const twin = await world.restart();
    const wanted = placing(skuId);
    const placed = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 === 0 ? doors : doorsOf(() => twin)).placeFlashSaleOrders({ orders: [wanted] }, system),
      ),
    );
    expect(new Set(placed.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(placed[0]?.placed[0]).toMatchObject({ ok: true });
    expect(neighbours.stock.get(skuId)).toBe(4);
    expect(await world.eventsOf(wanted.orderId)).toHaveLength(1);
  });

  test('are one for each id when it is asked for twice in one call, and don’t keep the others waiting', async () => {
    const skuId = onSale(neighbours, { units: 5 });
    const [twice, once] = [placing(skuId), placing(skuId)];
    const [first, second, other] = await place(twice, twice, once);
    expect(first?.ok).toBe(true);
    expect(second).toEqual(first);
    expect(other?.ok).toBe(true);
    expect(neighbours.stock.get(skuId)).toBe(3);
    expect(await settle(twice, twice)).toEqual([first, first]);
    const never = placing(skuId);
    expect((await settle(never, never)).map(codesOf)).toEqual([['INVALID_STATE'], ['INVALID_STATE']]);
  });

  test('close when they aren’t paid in time', async () => {
    const wanted = placing(onSale(neighbours));
    await place(wanted);
    world.clock.set('2026-11-22T08:15:00.001Z');
    await world.subgraph.runJob('close-unpaid-orders');
    world.clock.set('2026-11-22T08:00:00Z');
    expect(await place(wanted)).toMatchObject([{ ok: true, value: { status: 'CLOSED' } }]);
    expect((await world.eventsOf(wanted.orderId)).map(({ name }) => name)).toEqual(['order.placed', 'order.cancelled']);
  });
});

describe('a refusal', () => {
  test('of one keeps nothing for it, is final, and leaves the others their orders', async () => {
    const skuId = onSale(neighbours, { units: 2 });
    const [short, cheap, unsold, nowhere, fine] = [
      placing(skuId, { quantity: 3 }),
      placing(skuId, { unitPriceMinor: 1_001 }),
      placing(onSale(neighbours, { channels: ['app'] })),
      placing(skuId, { address: null, addressId: 'adr_unknown' }),
      placing(skuId),
    ];
    const wanted = [short, cheap, unsold, nowhere, fine];
    const first = await place(...wanted);
    expect(first.map(codesOf)).toEqual([
      ['INSUFFICIENT_STOCK'],
      ['PRICE_CHANGED'],
      ['SKU_UNAVAILABLE'],
      ['NOT_FOUND'],
      [],
    ]);
    neighbours.stock.set(skuId, 100);
    expect(await place(...wanted)).toEqual(first);
    expect(neighbours.stock.get(skuId)).toBe(100);
    expect(await shop.order(mia, short.orderId)).toBeNull();
    expect(await world.eventsOf(short.orderId)).toEqual([]);
  });

  test('is what counts when a twin reserved meanwhile: its units go back', async () => {
    const skuId = onSale(neighbours, { units: 1 });
    const wanted = placing(skuId);
    neighbours.faults.after.set('logistics.reserveOrders', async () => {
      neighbours.faults.after.clear();
      expect(await settle(wanted)).toMatchObject([{ ok: false }]);
    });
    expect((await place(wanted)).map(codesOf)).toEqual([['INVALID_STATE']]);
    expect(neighbours.stock.get(skuId)).toBe(1);
    expect(neighbours.reservations.get(wanted.orderId)?.state).toBe('RELEASED');
  });
});

describe('when a neighbour gives no answer', () => {
  test.each(['product.skuFacts', 'logistics.reserveOrders'])(
    '%s: the caller is told to ask again, and then gets its order',
    async (name) => {
      const skuId = onSale(neighbours, { units: 1 });
      const wanted = placing(skuId);
      neighbours.faults.after.set(name, unreachable('logistics'));
      await expect(place(wanted)).rejects.toMatchObject({ code: 'REFUSED', reason: 'BUSY' });
      neighbours.faults.after.clear();
      expect(await place(wanted)).toMatchObject([{ ok: true }]);
      expect(neighbours.stock.get(skuId)).toBe(0);
    },
  );

  test('and nobody asks again, settling gives back what was reserved, and nothing can be placed any more', async () => {
    const skuId = onSale(neighbours, { units: 1 });
    const [lost, placed] = [placing(skuId), placing(onSale(neighbours))];
    neighbours.faults.after.set('logistics.reserveOrders', unreachable('logistics'));
    await expect(place(lost)).rejects.toMatchObject({ reason: 'BUSY' });
    expect(neighbours.stock.get(skuId)).toBe(0);
    neighbours.faults.after.clear();
    await place(placed);
    expect((await settle(lost, placed)).map((outcome) => outcome.ok)).toEqual([false, true]);
    expect(neighbours.stock.get(skuId)).toBe(1);
    expect((await place(lost)).map(codesOf)).toEqual([['INVALID_STATE']]);
  });
});

describe('a process that dies while it places such orders', () => {
  const points = ['order.flash-sale.reserved', 'order.flash-sale.before-commit', 'order.flash-sale.written'] as const;

  test.each(points)('at %s leaves one order and one reservation to whoever asks again', async (point) => {
    const skuId = onSale(neighbours, { units: 5 });
    const wanted = placing(skuId);
    await dieAt(point, () => place(wanted));
    expect(await place(wanted)).toMatchObject([{ ok: true, value: { orderId: wanted.orderId } }]);
    expect(neighbours.stock.get(skuId)).toBe(4);
    expect(await world.eventsOf(wanted.orderId)).toHaveLength(1);
  });

  test.each([
    ['order.flash-sale.reserved', false, 5],
    ['order.flash-sale.before-commit', false, 5],
    ['order.flash-sale.written', true, 4],
  ] as const)(
    'at %s, when nobody asks again, is settled to the end: an order is there: %s',
    async (point, ok, stock) => {
      const skuId = onSale(neighbours, { units: 5 });
      const wanted = placing(skuId);
      await dieAt(point, () => place(wanted));
      expect(await settle(wanted)).toMatchObject([{ ok }]);
      expect(neighbours.stock.get(skuId)).toBe(stock);
      expect(await place(wanted)).toMatchObject([{ ok }]);
    },
  );
});

test('these doors are for our own services only', async () => {
  const orders = [placing(onSale(neighbours))];
  const call = { viewer: mia, requestId: 'req_1' };
  await expect(doors.priceFlashSaleOrder(orders[0] as FlashSalePlacing, call)).rejects.toMatchObject({
    reason: 'FORBIDDEN',
  });
  await expect(doors.placeFlashSaleOrders({ orders }, call)).rejects.toMatchObject({ reason: 'FORBIDDEN' });
  await expect(
    doors.settleFlashSaleOrders({ orders: [{ orderId: 'ord_1', memberId: 'mbr_1', currency: 'CNY' }] }, call),
  ).rejects.toMatchObject({
    reason: 'FORBIDDEN',
  });
});
