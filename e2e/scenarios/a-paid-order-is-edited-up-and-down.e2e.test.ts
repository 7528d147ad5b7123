import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { eventually } from '#kit/testing/eventually.ts';
import { openBooks, type Books } from '../../scripts/verify/open-books.ts';
import { verifyGraph } from '../../scripts/verify/verify-graph.ts';
import {
  CancelOrderEditDocument,
  EditOrderDocument,
  OrderEditPreviewDocument,
  OrderEditsDocument,
  type CartLineInput,
  type OrderLineQuantityInput,
} from '../__generated__/operations.ts';
import { testSettings } from '../setup/test-settings.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

const limitMs = 60_000;

inBothTopologies('a paid order is edited up and down', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  let books: Books;
  beforeAll(async () => {
    const { mongoUri, internalSecret } = worldFacts();
    shop = await aShop(graph);
    shopper = await shop.shopper();
    books = await openBooks({
      mongoUri,
      databasePrefix: graph.databasePrefix,
      secrets: [internalSecret],
      log: pino({ level: 'silent' }),
      env: {
        NODE_ENV: 'development',
        ...testSettings,
        MEMBER_KEY_SECRET: internalSecret,
        PERSONAL_DATA_KEYS: internalSecret,
      },
    });
  });
  afterAll(() => books?.close());

  async function expectBooksToAgree(): Promise<void> {
    const verified = await verifyGraph({ transport: books.transport, secondLookMs: 500 });
    expect(verified.flatMap(({ discrepancies }) => discrepancies)).toEqual([]);
  }

  /** A paid order that the warehouse has found. */
  async function paidOrder(skuId: string, quantity: number) {
    const order = await shopper.places([{ skuId, quantity }]);
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    return { order, lineId: order.lines[0]?.id ?? '' };
  }

  type Wish = { quantities?: OrderLineQuantityInput[]; additions?: CartLineInput[] };

  /** Looks at the price first, as a client does. */
  async function edits({ id: orderId }: Order, wish: Wish) {
    const { orderEditPreview } = await shopper.client.ask(OrderEditPreviewDocument, { input: { orderId, ...wish } });
    const { amount, currency } = accepted(orderEditPreview, 'preview').total;
    const input = { orderId, ...wish, expectedTotal: { amount, currency }, idempotencyKey: newKey() };
    return accepted((await shopper.client.ask(EditOrderDocument, { input })).editOrder, 'edit');
  }

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
      await expectBooksToAgree();
      await shop.warehouse.sends(order);
      await eventually(async () => expect((await shopper.sees(order)).status).toBe('SHIPPED'));
      expect((await shopper.sees(order)).fulfillments).toMatchObject([{ lines: [{ quantity: 2 }, { quantity: 2 }] }]);
      expect(await shop.warehouse.levelOf(cup.sku.code)).toMatchObject({ onHand: 1, reserved: 0 });
      await expectBooksToAgree();
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
      await expectBooksToAgree();
      await shopper.cancels(order);
      expect((await shopper.sees(order)).status).toBe('CANCELLED');
      expect(await shop.warehouse.levelOf(tea.sku.code)).toMatchObject({ onHand: 5, reserved: 0 });
      await expectBooksToAgree();
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
      await expectBooksToAgree();
    },
    limitMs,
  );
});
