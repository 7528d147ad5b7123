import { beforeEach, describe, expect, test } from '@jest/globals';
import { crashBy, crashPointNames } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import { editsIn, to } from '../testing/edits.ts';
import { onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, paidOrder, edit, seen, expectBooksToAgree } = editsIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.freightOfEdit.minor = 0;
});

describe('an edit that a crash cuts off', () => {
  const places = crashPointNames.filter((name) => name.startsWith('order.editing.'));
  /** Dies once at the place, as far as a process can without taking the test along. */
  function dieAt(place: string): () => void {
    const undo = crashBy((name) => {
      if (name !== place) return undefined;
      undo();
      return Promise.reject(new Error(`killed at ${place}`));
    });
    return undo;
  }
  const finish = async () => {
    clock.advance(15_000);
    await world.subgraph.runJob('finish-order-edits');
    await world.subgraph.runJob('finish-pending-refunds');
  };

  test.each(places.filter((name) => !/undo|given-back|benefits|points/.test(name)))(
    'at %s is made once',
    async (place) => {
      const { viewer, orderId, pens } = await paidOrder();
      const tea = onSale(neighbours, { minor: 500, units: 4 });
      const wish = { quantities: [to(pens, 0)], additions: [{ skuId: tea, quantity: 1 }] };
      const key = { idempotencyKey: newId('request') };
      const alive = dieAt(place);
      await expect(edit(viewer, orderId, wish, '43.03', key)).rejects.toThrow('INTERNAL');
      alive();
      await finish();
      // The dead call's row of idempotency is taken over after its own lease.
      clock.advance(60_000);
      expect((await edit(viewer, orderId, wish, '43.03', key)).edit).toMatchObject({ status: 'DONE' });
      expect(await seen(viewer, orderId)).toMatchObject({
        total: { amount: '43.03' },
        edits: [{ status: 'DONE' }],
        payments: [{ refunded: { amount: '5.00' } }],
      });
      expect(neighbours.stock.get(tea)).toBe(3);
      await expectBooksToAgree();
    },
  );

  test.each(places.filter((name) => /undo|given-back/.test(name)))('at %s is undone once', async (place) => {
    const { viewer, orderId } = await paidOrder();
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    await edit(viewer, orderId, { additions: [{ skuId: tea, quantity: 1 }] }, '73.03');
    neighbours.packed.add(orderId);
    const alive = dieAt(place);
    await shop.pay(viewer, orderId);
    alive();
    await finish();
    expect(await seen(viewer, orderId)).toMatchObject({
      total: { amount: '48.03' },
      edits: [{ status: 'UNDONE' }],
      payments: [{ refunded: { amount: '0.00' } }, { refunded: { amount: '25.00' } }],
    });
    expect(neighbours.stock.get(tea)).toBe(4);
    await expectBooksToAgree();
  });
});
