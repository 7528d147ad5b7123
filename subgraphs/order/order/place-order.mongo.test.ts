import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, guest, member, onSale, orderWorld, staff } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));

describe('placing an order', () => {
  test('holds the goods, empties the cart, adds up and can be read by its member alone', async () => {
    neighbours.freightMinor = 800;
    const [mia, skuId, other] = [someone(), onSale(neighbours, { minor: 1999, units: 5 }), onSale(neighbours, { minor: 500 })];
    neighbours.points.set(mia.id ?? '', 300);
    const cart = await shop.cart(mia, { skuId, quantity: 2 }, { skuId: other, quantity: 1 });
    const { order, userErrors } = await shop.place(mia, { cartId: cart.id, pointsToSpend: 100, expectedTotal: { amount: '51.98', currency: 'CNY' } });
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
        { sku: { id: skuId }, title: '保温杯 / 蓝色', quantity: 2, unitPrice: { amount: '19.99' }, total: { amount: '39.98' } },
        { sku: { id: other }, quantity: 1, total: { amount: '4.00' } },
      ],
      payments: [],
      timeline: [{ status: 'PENDING_PAYMENT', actor: 'member', note: null }],
    });
    expect(neighbours.stock.get(skuId)).toBe(3);
    expect(neighbours.points.get(mia.id ?? '')).toBe(200);
    expect((await shop.cart(mia, { skuId: other, quantity: 1 })).lines).toHaveLength(1);
    expect(await world.eventsOf(order.id)).toMatchObject([
      { name: 'order.placed', version: 1, payload: { totalMinor: 5198, memberId: mia.id, lines: [{ skuId, quantity: 2, paidMinor: 3998 }, {}] } },
    ]);
    expect(await shop.order(mia, order.id)).toEqual(order);
    expect(await shop.order(someone(), order.id)).toBeNull();
    expect(await shop.order(staff('order:read'), order.id)).toEqual(order);
    expect(await shop.order(staff('catalog:write'), order.id)).toBeNull();
    expect(await world.errorsOf(guest(), 'query ($id: ID!) { order(id: $id) { id } }', { id: order.id })).toEqual(['UNAUTHENTICATED']);
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
      deliveries: [{ warehouse: { id: 'whs_1' }, earliest: '2026-11-23T08:00:00.000Z', freight: { amount: '6.50' }, lines }],
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
    expect(other).toMatchObject({ order: null, userErrors: [{ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT', path: ['idempotencyKey'] }] });
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

  test('sells the last units once: 30 shoppers, 10 units', async () => {
    const skuId = onSale(neighbours, { units: 10 });
    const placed = await Promise.all(Array.from({ length: 30 }, () => shop.place(someone(), { lines: [{ skuId, quantity: 1 }] })));
    expect(placed.filter(({ order }) => order !== null)).toHaveLength(10);
    expect(neighbours.stock.get(skuId)).toBe(0);
    const refused = placed.filter(({ order }) => order === null).flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(20);
    for (const error of refused) expect(error).toMatchObject({ code: 'INSUFFICIENT_STOCK', skuId, requested: 1, available: 0, path: ['lines', '0'] });
  });

  test('an order that costs nothing is paid at once', async () => {
    const { order } = await shop.place(someone(), { lines: [{ skuId: onSale(neighbours, { minor: 0 }), quantity: 1 }] });
    expect(order).toMatchObject({ status: 'PAID', total: { amount: '0.00' }, payments: [] });
    expect((await world.eventsOf(order.id)).map(({ name, version }) => [name, version])).toEqual([
      ['order.placed', 1],
      ['order.paid', 2],
    ]);
  });
});

describe('what is not placed', () => {
  const nothingHeld = async (lines: { skuId: string }[], units: number) => {
    for (const { skuId } of lines) expect(neighbours.stock.get(skuId)).toBe(units);
  };

  test.each([0, -1, 1000, 10 ** 9])('a quantity of %p: INVALID_INPUT', async (quantity) => {
    const { order, userErrors } = await shop.place(someone(), { lines: [{ skuId: onSale(neighbours), quantity }] });
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([{ __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] }]);
  });

  test('an unknown SKU and one of another channel: SKU_UNAVAILABLE', async () => {
    const lines = [{ skuId: onSale(neighbours, { channels: ['app'] }), quantity: 1 }, { skuId: 'sku_no', quantity: 1 }];
    expect((await shop.place(someone(), { lines })).userErrors).toMatchObject([
      { __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', path: ['lines', '0'] },
      { __typename: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', path: ['lines', '1'] },
    ]);
  });

  test('more than there is: INSUFFICIENT_STOCK with what is left', async () => {
    const skuId = onSale(neighbours, { units: 3 });
    const { userErrors } = await shop.place(someone(), { lines: [{ skuId, quantity: 4 }] });
    expect(userErrors).toEqual([
      {
        __typename: 'InsufficientStockError',
        code: 'INSUFFICIENT_STOCK',
        message: 'Only 3 left in stock. Reduce the quantity.',
        path: ['lines', '0'],
        skuId,
        requested: 4,
        available: 3,
      },
    ]);
    await nothingHeld([{ skuId }], 3);
  });

  test('another total than the shopper saw: PRICE_CHANGED with both', async () => {
    const skuId = onSale(neighbours, { minor: 1100 });
    const { order, userErrors } = await shop.place(someone(), { lines: [{ skuId, quantity: 1 }], expectedTotal: { amount: '10.00', currency: 'CNY' } });
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      { __typename: 'PriceChangedError', code: 'PRICE_CHANGED', path: ['expectedTotal'], expected: { amount: '10.00', currency: 'CNY' }, current: { amount: '11.00', currency: 'CNY' } },
    ]);
    await nothingHeld([{ skuId }], 100);
  });

  test('a total in another currency: CURRENCY_MISMATCH; one with half a fen: INVALID_INPUT', async () => {
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    expect((await shop.place(someone(), { lines, expectedTotal: { amount: '10.00', currency: 'USD' } })).userErrors).toMatchObject([
      { __typename: 'CurrencyMismatchError', code: 'CURRENCY_MISMATCH', expectedCurrency: 'CNY', givenCurrency: 'USD' },
    ]);
    expect((await shop.place(someone(), { lines, expectedTotal: { amount: '10.005', currency: 'CNY' } })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['expectedTotal', 'amount'] },
    ]);
  });

  test('another member’s address, cart or coupon: as if they did not exist', async () => {
    const [mia, eve] = [someone(), someone()];
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    neighbours.addresses.set('adr_mia', { memberId: mia.id ?? '', address, isDefault: true });
    neighbours.coupons.set('cpn_mia', { memberId: mia.id ?? '', amountMinor: 100 });
    const cart = await shop.cart(mia, ...lines);
    const asEve = (input: object) => shop.place(eve, { lines, ...input });
    expect((await asEve({ address: null, addressId: 'adr_mia' })).userErrors).toMatchObject([{ __typename: 'NotFoundError', path: ['addressId'] }]);
    expect((await asEve({ lines: null, cartId: cart.id })).userErrors).toMatchObject([{ __typename: 'NotFoundError', path: ['cartId'] }]);
    expect((await asEve({ couponIds: ['cpn_mia'] })).userErrors).toMatchObject([
      { __typename: 'CouponNotUsableError', code: 'COUPON_NOT_USABLE', couponId: 'cpn_mia', reason: 'WRONG_OWNER', path: ['couponIds', '0'] },
    ]);
    const own = await shop.place(mia, { lines, address: null, addressId: 'adr_mia', couponIds: ['cpn_mia'] });
    expect(own.order).toMatchObject({ total: { amount: '9.00' } });
    expect(neighbours.locks.get(own.order.id)).toBe('LOCKED');
  });

  test('neither cart nor lines, both, an empty cart, no address: INVALID_INPUT', async () => {
    const mia = someone();
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    const cart = await shop.cart(mia, ...lines);
    expect((await shop.place(mia, {})).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines'] }]);
    expect((await shop.place(mia, { lines, cartId: cart.id })).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines'] }]);
    expect((await shop.place(mia, { lines, address: null })).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['address'] }]);
    await shop.place(mia, { cartId: cart.id });
    expect((await shop.place(mia, { cartId: cart.id })).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['cartId'] }]);
  });

  test('for a guest: UNAUTHENTICATED', async () => {
    const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
    expect(await world.errorsOf(guest(), query, { input: { lines: [], idempotencyKey: 'k' } })).toEqual(['UNAUTHENTICATED']);
    expect(await world.errorsOf(staff(), query, { input: { lines: [], idempotencyKey: 'k' } })).toEqual(['UNAUTHENTICATED']);
  });

  test.each([
    ['logistics.planDelivery', 'logistics'],
    ['promotion.quote', 'promotion'],
    ['logistics.reserveStock', 'logistics'],
  ] as const)('while %s can’t be reached: BUSY, nothing held, and the same key succeeds afterwards', async (operation, target) => {
    const [mia, skuId] = [someone(), onSale(neighbours)];
    const input = { lines: [{ skuId, quantity: 1 }], address, idempotencyKey: `later ${operation}` };
    neighbours.faults.before.set(operation, unreachable(target));
    const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
    expect(await world.errorsOf(mia, query, { input })).toEqual(['BUSY']);
    neighbours.faults.before.clear();
    await nothingHeld([{ skuId }], 100);
    expect((await shop.place(mia, input)).order.status).toBe('PENDING_PAYMENT');
    expect(neighbours.stock.get(skuId)).toBe(99);
    const orders = await world.ask(staff('order:read'), 'query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }', { filter: { memberId: mia.id } });
    expect(orders.orders.totalCount).toBe(1);
  });
});
