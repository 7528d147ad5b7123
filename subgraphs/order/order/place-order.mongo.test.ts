import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { address, guest, member, onSale, orderWorld, staff } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));

describe('placing an order', () => {
  test('holds the goods, empties the cart, adds up and can be read by its member alone', async () => {
    neighbours.freightMinor = 800;
    const [mia, skuId, other] = [
      someone(),
      onSale(neighbours, { minor: 1999, units: 5 }),
      onSale(neighbours, { minor: 500 }),
    ];
    neighbours.points.set(mia.id ?? '', 300);
    const cart = await shop.cart(mia, { skuId, quantity: 2 }, { skuId: other, quantity: 1 });
    const { order, userErrors } = await shop.place(mia, {
      cartId: cart.id,
      pointsToSpend: 100,
      expectedTotal: { amount: '51.98', currency: 'CNY' },
    });
    neighbours.freightMinor = 0;
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({
      number: expect.stringMatching(/^20261122\d{8}$/),
      status: 'PENDING_PAYMENT',
      refundStatus: 'NONE',
      channel: 'web',
      placedAt: '2026-11-22T08:00:00.000Z',
      expiresAt: '2026-11-22T08:30:00.000Z',
      subtotal: { amount: '44.98' },
      discount: { amount: '1.00' },
      freight: { amount: '8.00' },
      total: { amount: '51.98', currency: 'CNY' },
      pointsSpent: 100,
      lines: [
        {
          sku: { id: skuId },
          title: '保温杯 / 蓝色',
          quantity: 2,
          unitPrice: { amount: '19.99' },
          total: { amount: '39.98' },
        },
        { sku: { id: other }, quantity: 1, total: { amount: '4.00' } },
      ],
      payments: [],
      timeline: [{ status: 'PENDING_PAYMENT', actor: 'member', note: null }],
    });
    expect(neighbours.stock.get(skuId)).toBe(3);
    expect(neighbours.points.get(mia.id ?? '')).toBe(200);
    expect((await shop.cart(mia, { skuId: other, quantity: 1 })).lines).toHaveLength(1);
    expect(await world.eventsOf(order.id)).toMatchObject([
      {
        name: 'order.placed',
        version: 1,
        payload: { totalMinor: 5198, memberId: mia.id, lines: [{ skuId, quantity: 2, paidMinor: 3998 }, {}] },
      },
    ]);
    expect(await shop.order(mia, order.id)).toEqual(order);
    expect(await shop.order(someone(), order.id)).toBeNull();
    expect(await shop.order(staff('order:read'), order.id)).toEqual(order);
    expect(await shop.order(staff('catalog:write'), order.id)).toBeNull();
    expect(await world.errorsOf(guest(), 'query ($id: ID!) { order(id: $id) { id } }', { id: order.id })).toEqual([
      'UNAUTHENTICATED',
    ]);
  });

  test('costs what the preview said', async () => {
    neighbours.freightMinor = 650;
    const [mia, skuId] = [someone(), onSale(neighbours, { minor: 777 })];
    const lines = [{ skuId, quantity: 3 }];
    const { checkoutPreview } = await world.ask(
      mia,
      `query ($input: CheckoutPreviewInput!) { checkoutPreview(input: $input) { quote { total { amount currency } } deliveries { warehouse { id } earliest freight { amount } lines { skuId quantity } } points { spendable spent discount { amount } } userErrors { code } } }`,
      { input: { lines, address } },
    );
    expect(checkoutPreview).toEqual({
      quote: { total: { amount: '29.81', currency: 'CNY' } },
      deliveries: [
        { warehouse: { id: 'whs_1' }, earliest: '2026-11-23T08:00:00.000Z', freight: { amount: '6.50' }, lines },
      ],
      points: { spendable: 0, spent: 0, discount: { amount: '0.00' } },
      userErrors: [],
    });
    const { order } = await shop.place(mia, { lines, expectedTotal: checkoutPreview.quote.total });
    neighbours.freightMinor = 0;
    expect(order.total).toEqual(checkoutPreview.quote.total);
  });

  test('answers the same key with the same order, and refuses the key with another input', async () => {
    const [mia, skuId] = [someone(), onSale(neighbours, { units: 10 })];
    const input = { lines: [{ skuId, quantity: 1 }], idempotencyKey: 'once' };
    const first = await shop.place(mia, input);
    expect(await shop.place(mia, input)).toEqual(first);
    expect(neighbours.stock.get(skuId)).toBe(9);
    const other = await shop.place(mia, { ...input, lines: [{ skuId, quantity: 2 }] });
    expect(other).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT', path: ['idempotencyKey'] }],
    });
    expect((await shop.place(someone(), input)).order.id).not.toBe(first.order.id);
    expect(neighbours.stock.get(skuId)).toBe(8);
  });

  test('happens once when twenty calls come with one key', async () => {
    const [mia, skuId] = [someone(), onSale(neighbours, { units: 50 })];
    const input = { lines: [{ skuId, quantity: 1 }], idempotencyKey: 'twenty' };
    const placed = await Promise.all(Array.from({ length: 20 }, () => shop.place(mia, input)));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    expect(neighbours.stock.get(skuId)).toBe(49);
  });

  test('gives it a number that no other order can have', async () => {
    const { order } = await shop.place(someone(), { lines: [{ skuId: onSale(neighbours), quantity: 1 }] });
    const orders = world.db.connection.collection<{ _id: string }>('orders');
    const row = await orders.findOne({ _id: order.id });
    await expect(
      orders.insertOne({ ...row, _id: newId('order'), placementId: newId('order') } as never),
    ).rejects.toMatchObject({
      code: 11_000,
      keyPattern: { number: 1 },
    });
  });

  test('orders a cart once, whatever keys two devices use at once', async () => {
    const [mia, skuId] = [someone(), onSale(neighbours, { units: 50 })];
    const cart = await shop.cart(mia, { skuId, quantity: 2 });
    const placed = await Promise.all(Array.from({ length: 5 }, () => shop.place(mia, { cartId: cart.id })));
    const orders = placed.filter(({ order }) => order !== null);
    const codes = placed.flatMap(({ userErrors }) => userErrors.map((error: { code: string }) => error.code));
    expect(orders).toHaveLength(1);
    expect(codes).toHaveLength(4);
    for (const code of codes) expect(['INVALID_STATE', 'INVALID_INPUT']).toContain(code);
    expect(neighbours.stock.get(skuId)).toBe(48);
  });

  test('leaves in the carts of many who order at once what two of them have put there meanwhile', async () => {
    const [skuId, added] = [onSale(neighbours), onSale(neighbours)];
    const members = Array.from({ length: 8 }, someone);
    const carts = await Promise.all(members.map((each) => shop.cart(each, { skuId, quantity: 1 })));
    let held = 0;
    neighbours.faults.before.set('logistics.reserveStock', async () => {
      held += 1;
      if (held === members.length) {
        await Promise.all(members.slice(0, 2).map((each) => shop.cart(each, { skuId: added, quantity: 3 })));
        release();
      }
      await all;
    });
    const { promise: all, resolve: release } = Promise.withResolvers<void>();
    const placed = await Promise.all(members.map((each, index) => shop.place(each, { cartId: carts[index]?.id })));
    neighbours.faults.before.delete('logistics.reserveStock');
    expect(placed.map(({ userErrors }) => userErrors)).toEqual(members.map(() => []));
    const left = await Promise.all(members.map((each) => shop.cart(each, { skuId, quantity: 1 })));
    expect(left.map(({ lines }) => lines.map(({ quantity }: { quantity: number }) => quantity))).toEqual([
      [3, 1],
      [3, 1],
      ...Array.from({ length: 6 }, () => [1]),
    ]);
  });

  test('sells the last units once: 30 shoppers, 10 units', async () => {
    const skuId = onSale(neighbours, { units: 10 });
    const placed = await Promise.all(
      Array.from({ length: 30 }, () => shop.place(someone(), { lines: [{ skuId, quantity: 1 }] })),
    );
    expect(placed.filter(({ order }) => order !== null)).toHaveLength(10);
    expect(neighbours.stock.get(skuId)).toBe(0);
    const refused = placed.filter(({ order }) => order === null).flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(20);
    for (const error of refused)
      expect(error).toMatchObject({
        code: 'INSUFFICIENT_STOCK',
        skuId,
        requested: 1,
        available: 0,
        path: ['lines', '0'],
      });
  });

  test('an order that costs nothing is paid at once', async () => {
    const { order } = await shop.place(someone(), {
      lines: [{ skuId: onSale(neighbours, { minor: 0 }), quantity: 1 }],
    });
    expect(order).toMatchObject({ status: 'PAID', total: { amount: '0.00' }, payments: [] });
    expect((await world.eventsOf(order.id)).map(({ name, version }) => [name, version])).toEqual([
      ['order.placed', 1],
      ['order.paid', 2],
    ]);
  });
});
