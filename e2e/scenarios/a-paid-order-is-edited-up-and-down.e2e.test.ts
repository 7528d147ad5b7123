import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { CancelOrderEditDocument, OrderEditPreviewDocument, OrderEditsDocument } from '../__generated__/operations.ts';
import { booksOf } from '../world/books.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { editsOrder, type EditWish } from '../world/order-edits.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { yuan } from '../world/unique.ts';

const limitMs = 60_000;

inBothTopologies('a paid order is edited up and down', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  const books = booksOf(graph);
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });

  /** A paid order that the warehouse has found. */
  async function paidOrder(skuId: string, quantity: number) {
    const order = await shopper.places([{ skuId, quantity }]);
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    return { order, lineId: order.lines[0]?.id ?? '' };
  }

  const edits = (order: Order, wish: EditWish) => editsOrder(shopper, order, wish);

  test(
    'up: what is due is paid, and the added goods come with the same parcel',
    async () => {
      const [tea, cup] = [
        await shop.product({ price: '10.00', stock: 5 }),
        await shop.product({ price: '25.00', stock: 3 }),
      ];
      const { order } = await paidOrder(tea.sku.id, 2);
      const waiting = await edits(order, { additions: [{ skuId: cup.sku.id, quantity: 2 }] });
      expect(waiting).toMatchObject({ status: 'AWAITING_PAYMENT', due: yuan('50.00') });
      expect(await shop.warehouse.levelOf(cup.sku.code)).toMatchObject({ onHand: 3, reserved: 2 });
      expect((await shopper.sees(order)).total).toEqual(yuan('28.00'));
      await shopper.pays(order);
      await eventually(async () => {
        const { order: now } = await shopper.client.ask(OrderEditsDocument, { orderId: order.id });
        expect(now).toMatchObject({
          total: yuan('78.00'),
          edits: [{ status: 'DONE' }],
          payments: [{ amount: yuan('28.00') }, { amount: yuan('50.00') }],
        });
      });
      await books.expectToAgree();
      await shop.warehouse.sends(order);
      await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
      expect((await shopper.sees(order)).fulfillments).toMatchObject([{ lines: [{ quantity: 2 }, { quantity: 2 }] }]);
      expect(await shop.warehouse.levelOf(cup.sku.code)).toMatchObject({ onHand: 1, reserved: 0 });
      await books.expectToAgree();
    },
    limitMs,
  );

  test(
    'down: the shares of the units that leave go back at once, and their stock is free',
    async () => {
      const tea = await shop.product({ price: '10.00', stock: 5 });
      const { order, lineId } = await paidOrder(tea.sku.id, 3);
      const edit = await edits(order, { quantities: [{ orderLineId: lineId, quantity: 1 }] });
      expect(edit).toMatchObject({ status: 'DONE', refund: yuan('20.00') });
      const { order: now } = await shopper.client.ask(OrderEditsDocument, { orderId: order.id });
      expect(now).toMatchObject({
        total: yuan('18.00'),
        payments: [{ amount: yuan('38.00'), refunded: yuan('20.00') }],
      });
      expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 5, reserved: 1, available: 4 });
      await books.expectToAgree();
      await shopper.cancels(order);
      expect((await shopper.sees(order)).status).toBe('CANCELLED');
      expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 5, reserved: 0 });
      await books.expectToAgree();
    },
    limitMs,
  );

  test(
    'and stands as before when the edit is given up, or something is packed',
    async () => {
      const tea = await shop.product({ price: '10.00', stock: 9 });
      const { order } = await paidOrder(tea.sku.id, 1);
      await edits(order, { additions: [{ skuId: tea.sku.id, quantity: 3 }] });
      const given = await shopper.client.ask(CancelOrderEditDocument, { input: { orderId: order.id } });
      expect(accepted(given.cancelOrderEdit, 'edit').status).toBe('UNDONE');
      expect((await shopper.sees(order)).total).toEqual(yuan('18.00'));
      expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 9, reserved: 1 });
      await shop.warehouse.sends(order);
      const late = { orderId: order.id, additions: [{ skuId: tea.sku.id, quantity: 1 }] };
      const { orderEditPreview } = await shopper.client.ask(OrderEditPreviewDocument, { input: late });
      expect(codesOf(orderEditPreview)).toEqual(['INVALID_STATE']);
      await books.expectToAgree();
    },
    limitMs,
  );
});
