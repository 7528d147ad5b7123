import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { db, neighbours } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));
const merged = (from: Viewer, into: Viewer) =>
  world.tell('member.merged', { memberId: from.id ?? '', into: into.id ?? '' });

describe('carts of a merged member', () => {
  const cartOf = async (viewer: Viewer): Promise<[string, number][]> => {
    const { cart } = await world.ask(viewer, '{ cart { lines { sku { id } quantity } } }');
    return (cart?.lines ?? []).map(({ sku, quantity }: Answer) => [sku.id, quantity]);
  };

  test('join the other one’s as a guest’s does, and become theirs where they have none', async () => {
    const [from, into, alone] = [someone(), someone(), someone()];
    const [sku, other] = [onSale(neighbours), onSale(neighbours)];
    await shop.cart(from, { skuId: sku, quantity: 2 }, { skuId: other, quantity: 1 });
    await shop.cart(into, { skuId: sku, quantity: 3 });
    await merged(from, into);
    expect(await cartOf(into)).toEqual([
      [sku, 5],
      [other, 1],
    ]);
    expect(await cartOf(from)).toEqual([]);
    await merged(into, alone);
    expect(await cartOf(alone)).toHaveLength(2);
    expect(await db.connection.collection('carts').countDocuments({ memberId: { $in: [from.id, into.id] } })).toBe(0);
  });
});
