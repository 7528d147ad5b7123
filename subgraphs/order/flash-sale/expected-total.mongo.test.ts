import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { FlashSalePlacing } from '#kit/neighbours/flash-sale-orders.ts';
import { codesOf, flashSaleShopIn } from '../testing/flash-sale-shop.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const { system, doors, placing, place } = flashSaleShopIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.calls.length = 0;
  neighbours.freightMinor = 0;
});

describe('the total that the buyer saw', () => {
  const price = (wanted: FlashSalePlacing) => doors.priceFlashSaleOrder(wanted, system);

  test('is told with its freight beforehand, and nothing is held for it', async () => {
    const skuId = onSale(neighbours, { units: 5 });
    neighbours.freightMinor = 800;
    const priced = await price(placing(skuId, { quantity: 2 }));
    expect(priced).toMatchObject({ ok: true, value: { goodsMinor: 200, freightMinor: 800, totalMinor: 1_000 } });
    expect(neighbours.stock.get(skuId)).toBe(5);
    expect(neighbours.calls).toEqual(['product.skuFacts', 'logistics.planDelivery']);
    expect(await place(placing(skuId, { quantity: 2, expectedTotalMinor: 1_000 }))).toMatchObject([
      { ok: true, value: { totalMinor: 1_000 } },
    ]);
  });

  test('is the only one that an order has: at another one nothing is placed, and nothing stays reserved', async () => {
    const skuId = onSale(neighbours, { units: 5 });
    neighbours.freightMinor = 800;
    const [dearer, same] = [placing(skuId, { expectedTotalMinor: 100 }), placing(skuId, { expectedTotalMinor: 900 })];
    const placed = await place(dearer, same);
    expect(placed[0]).toEqual({
      ok: false,
      refusals: [
        {
          type: 'PriceChangedError',
          code: 'PRICE_CHANGED',
          path: ['expectedTotal'],
          expected: { minor: 100, currency: 'CNY' },
          current: { minor: 900, currency: 'CNY' },
        },
      ],
    });
    expect(placed[1]).toMatchObject({ ok: true, value: { totalMinor: 900 } });
    expect(neighbours.stock.get(skuId)).toBe(4);
    expect(neighbours.reservations.get(dearer.orderId)?.state).toBe('RELEASED');
    neighbours.freightMinor = 0;
    expect((await place(dearer))[0]).toEqual(placed[0]);
  });

  test.each([
    ['more than there is', (skuId: string) => placing(skuId, { quantity: 6 }), ['INSUFFICIENT_STOCK']],
    ['what is sold for less by now', (skuId: string) => placing(skuId, { unitPriceMinor: 1_001 }), ['PRICE_CHANGED']],
    ['what isn’t sold here', () => placing(onSale(neighbours, { channels: ['app'] })), ['SKU_UNAVAILABLE']],
    ['an address of nobody', (skuId: string) => placing(skuId, { address: null, addressId: 'adr_x' }), ['NOT_FOUND']],
    ['half an address', (skuId: string) => placing(skuId, { address: { ...address, line: ' ' } }), ['INVALID_INPUT']],
  ])('of %s can’t be told', async (_what, wanted, codes) => {
    expect(codesOf(await price(wanted(onSale(neighbours, { units: 5 }))))).toEqual(codes);
  });

  test('without any address is that of the channel’s default region', async () => {
    neighbours.freightMinor = 500;
    const priced = await price(placing(onSale(neighbours), { address: null, memberId: newId('member') }));
    expect(priced).toMatchObject({ ok: true, value: { freightMinor: 500 } });
  });

  test('is unknown while a neighbour gives no answer: the caller is told to ask again', async () => {
    neighbours.faults.before.set('logistics.planDelivery', unreachable('logistics'));
    await expect(price(placing(onSale(neighbours)))).rejects.toMatchObject({ code: 'REFUSED', reason: 'BUSY' });
  });
});
