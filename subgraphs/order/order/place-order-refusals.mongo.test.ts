import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, guest, member, onSale, orderWorld, staff } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));

describe('what is not placed', () => {
  const nothingHeld = async (lines: { skuId: string }[], units: number) => {
    for (const { skuId } of lines) expect(neighbours.stock.get(skuId)).toBe(units);
  };

  test.each([0, -1, 1000, 10 ** 9])('a quantity of %p: INVALID_INPUT', async (quantity) => {
    const { order, userErrors } = await shop.place(someone(), { lines: [{ skuId: onSale(neighbours), quantity }] });
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] },
    ]);
  });

  test('an unknown SKU and one of another channel: SKU_UNAVAILABLE', async () => {
    const lines = [
      { skuId: onSale(neighbours, { channels: ['app'] }), quantity: 1 },
      { skuId: 'sku_no', quantity: 1 },
    ];
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
    const { order, userErrors } = await shop.place(someone(), {
      lines: [{ skuId, quantity: 1 }],
      expectedTotal: { amount: '10.00', currency: 'CNY' },
    });
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      {
        __typename: 'PriceChangedError',
        code: 'PRICE_CHANGED',
        path: ['expectedTotal'],
        expected: { amount: '10.00', currency: 'CNY' },
        current: { amount: '11.00', currency: 'CNY' },
      },
    ]);
    await nothingHeld([{ skuId }], 100);
  });

  test('a total in another currency: CURRENCY_MISMATCH; one with half a fen: INVALID_INPUT', async () => {
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    expect(
      (await shop.place(someone(), { lines, expectedTotal: { amount: '10.00', currency: 'USD' } })).userErrors,
    ).toMatchObject([
      { __typename: 'CurrencyMismatchError', code: 'CURRENCY_MISMATCH', expectedCurrency: 'CNY', givenCurrency: 'USD' },
    ]);
    expect(
      (await shop.place(someone(), { lines, expectedTotal: { amount: '10.005', currency: 'CNY' } })).userErrors,
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['expectedTotal', 'amount'] }]);
  });

  test('another member’s address, cart or coupon: as if they did not exist', async () => {
    const [mia, eve] = [someone(), someone()];
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    neighbours.addresses.set('adr_mia', { memberId: mia.id ?? '', address, isDefault: true });
    neighbours.coupons.set('cpn_mia', { memberId: mia.id ?? '', amountMinor: 100 });
    const cart = await shop.cart(mia, ...lines);
    const asEve = (input: object) => shop.place(eve, { lines, ...input });
    expect((await asEve({ address: null, addressId: 'adr_mia' })).userErrors).toMatchObject([
      { __typename: 'NotFoundError', path: ['addressId'] },
    ]);
    expect((await asEve({ lines: null, cartId: cart.id })).userErrors).toMatchObject([
      { __typename: 'NotFoundError', path: ['cartId'] },
    ]);
    expect((await asEve({ couponIds: ['cpn_mia'] })).userErrors).toMatchObject([
      {
        __typename: 'CouponNotUsableError',
        code: 'COUPON_NOT_USABLE',
        couponId: 'cpn_mia',
        reason: 'WRONG_OWNER',
        path: ['couponIds', '0'],
      },
    ]);
    const own = await shop.place(mia, { lines, address: null, addressId: 'adr_mia', couponIds: ['cpn_mia'] });
    expect(own.order).toMatchObject({ total: { amount: '9.00' } });
    expect(neighbours.locks.get(own.order.id)?.state).toBe('LOCKED');
  });

  test('neither cart nor lines, both, an empty cart, no address: INVALID_INPUT', async () => {
    const mia = someone();
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    const cart = await shop.cart(mia, ...lines);
    expect((await shop.place(mia, {})).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines'] }]);
    expect((await shop.place(mia, { lines, cartId: cart.id })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['lines'] },
    ]);
    expect((await shop.place(mia, { lines, address: null })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['address'] },
    ]);
    await shop.place(mia, { cartId: cart.id });
    expect((await shop.place(mia, { cartId: cart.id })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['cartId'] },
    ]);
  });

  test('for a guest: UNAUTHENTICATED', async () => {
    const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
    expect(await world.errorsOf(guest(), query, { input: { lines: [], idempotencyKey: 'k' } })).toEqual([
      'UNAUTHENTICATED',
    ]);
    expect(await world.errorsOf(staff(), query, { input: { lines: [], idempotencyKey: 'k' } })).toEqual([
      'UNAUTHENTICATED',
    ]);
  });

  test.each([
    ['logistics.planDelivery', 'logistics'],
    ['promotion.quote', 'promotion'],
    ['logistics.reserveStock', 'logistics'],
  ] as const)(
    'while %s can’t be reached: BUSY, nothing held, and the same key succeeds afterwards',
    async (operation, target) => {
      const [mia, skuId] = [someone(), onSale(neighbours)];
      const input = { lines: [{ skuId, quantity: 1 }], address, idempotencyKey: `later ${operation}` };
      neighbours.faults.before.set(operation, unreachable(target));
      const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
      expect(await world.errorsOf(mia, query, { input })).toEqual(['BUSY']);
      neighbours.faults.before.clear();
      await nothingHeld([{ skuId }], 100);
      expect((await shop.place(mia, input)).order.status).toBe('PENDING_PAYMENT');
      expect(neighbours.stock.get(skuId)).toBe(99);
      const orders = await world.ask(
        staff('order:read'),
        'query ($filter: OrderFilter) { orders(filter: $filter) { totalCount } }',
        { filter: { memberId: mia.id } },
      );
      expect(orders.orders.totalCount).toBe(1);
    },
  );
});
