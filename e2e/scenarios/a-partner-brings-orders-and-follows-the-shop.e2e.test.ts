import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CatalogFeedDocument,
  ImportExternalOrderDocument,
  OrderChangesDocument,
  OrderDetailDocument,
  OrderMoneyDocument,
  PublishProductDocument,
  StockLevelsDocument,
  type ImportExternalOrderInput,
  type OrderChangesQuery,
} from '../__generated__/operations.ts';
import { accepted, codesOf, errorCodesOf, type Client } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import { homeAddress } from '../world/shopper.ts';
import { uniqueCode, yuan } from '../world/unique.ts';

const partnerScopes = ['partner:orders', 'partner:catalog'];

inBothTopologies('a partner brings orders and follows the shop', (graph) => {
  let shop: Shop;
  let partner: Client;
  let product: ShopProduct;
  beforeAll(async () => {
    shop = await aShop(graph);
    [partner, product] = await Promise.all([shop.partner(partnerScopes), shop.product({ price: '50.00', stock: 20 })]);
  });

  const orderOf = (quantity: number, changes: Partial<ImportExternalOrderInput> = {}): ImportExternalOrderInput => ({
    system: 'market',
    externalId: uniqueCode(),
    placedAt: new Date().toISOString(),
    address: homeAddress,
    lines: [{ skuCode: product.sku.code, quantity, unitPrice: yuan('45.00') }],
    total: yuan((45 * quantity + 6).toFixed(2)),
    paid: true,
    ...changes,
  });
  const brings = async (input: ImportExternalOrderInput, by = partner) =>
    (await by.ask(ImportExternalOrderDocument, { input })).importExternalOrder;

  /** All changes since a cursor, read page by page, two at a time. */
  async function changesSince(since: string | null, by = partner) {
    const changes: OrderChangesQuery['orderChanges']['changes'][number][] = [];
    let cursor = since;
    for (;;) {
      const { orderChanges } = await by.ask(OrderChangesDocument, { since: cursor, first: 2 });
      changes.push(...orderChanges.changes);
      ({ cursor } = orderChanges);
      if (!orderChanges.hasMore) return { changes, cursor };
    }
  }

  test('a paid order goes to the warehouse at the prices of the partner, and each of its changes is told once, in order', async () => {
    const { cursor: start } = await changesSince(null);
    const input = orderOf(2);
    const order = accepted(await brings(input), 'order');
    expect(order).toMatchObject({ status: 'PAID', externalRef: { system: 'market', id: input.externalId } });
    await shop.warehouse.delivers(await shop.warehouse.sends(order));
    await eventually(async () => {
      const { changes } = await changesSince(start);
      const told = changes.filter(({ orderId }) => orderId === order.id);
      expect(told.map(({ status }) => status)).toEqual(['PENDING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED']);
      expect(told.every(({ externalRef }) => externalRef?.id === input.externalId)).toBe(true);
    });
    const { order: money } = await shop.staff.ask(OrderMoneyDocument, { id: order.id });
    expect(money).toMatchObject({ total: yuan('96.00'), freight: yuan('6.00'), refundStatus: 'NONE' });
    const { cursor } = await changesSince(null);
    expect((await changesSince(cursor)).changes).toEqual([]);
  });

  test('the same order sent again, even at the same moment, is the same order; with another content it is refused', async () => {
    const input = orderOf(1);
    const before = await shop.warehouse.levelOf(product.sku.code);
    const [one, two] = await Promise.all([brings(input), brings(input)]);
    expect(accepted(one, 'order').id).toBe(accepted(two, 'order').id);
    expect(codesOf(await brings({ ...input, total: yuan('52.00') }))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await shop.warehouse.levelOf(product.sku.code)).reserved).toBe(before.reserved + 1);
  });

  test('an order that cannot be delivered or does not add up leaves nothing behind', async () => {
    const before = await shop.warehouse.levelOf(product.sku.code);
    const tooMany = orderOf(21);
    expect(codesOf(await brings(tooMany))).toEqual(['INSUFFICIENT_STOCK']);
    const line = (changes: object) => orderOf(1, { lines: orderOf(1).lines.map((each) => ({ ...each, ...changes })) });
    expect(codesOf(await brings(line({ skuCode: 'NO-SUCH-CODE' })))).toEqual(['SKU_UNAVAILABLE']);
    expect(codesOf(await brings(line({ quantity: 0 })))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await brings(line({ quantity: -1 })))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await brings(orderOf(1, { total: yuan('44.99') })))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await brings(orderOf(1, { total: { amount: '51.00', currency: 'USD' } })))).toEqual([
      'CURRENCY_MISMATCH',
    ]);
    expect(await shop.warehouse.levelOf(product.sku.code)).toEqual(before);
    // Nothing was kept of the order that was too large: it may be sent again when the goods are there.
    await shop.receives(product.sku.code, 30);
    expect(accepted(await brings(tooMany), 'order').status).toBe('PAID');
  });

  test('another partner sees none of it and may use the same number', async () => {
    const input = orderOf(1);
    const order = accepted(await brings(input), 'order');
    const other = await shop.partner(partnerScopes);
    expect((await changesSince(null, other)).changes).toEqual([]);
    expect((await other.ask(OrderDetailDocument, { id: order.id })).order).toBeNull();
    expect(accepted(await brings(input, other), 'order').id).not.toBe(order.id);
  });

  test('the catalogue is followed by its cursor: what is published later comes', async () => {
    const readAll = async (since: string | null) => {
      const ids: string[] = [];
      let cursor = since;
      for (;;) {
        const { catalogFeed } = await partner.ask(CatalogFeedDocument, { since: cursor, first: 50 });
        ids.push(...catalogFeed.products.map(({ id }) => id));
        ({ cursor } = catalogFeed);
        if (!catalogFeed.hasMore) return { ids, cursor };
      }
    };
    const { ids, cursor } = await readAll(null);
    expect(ids).toContain(product.id);
    const draft = await shop.product({ channels: [], stock: 0 });
    const { publishProduct } = await shop.staff.ask(PublishProductDocument, {
      input: { productId: draft.id, channels: ['web'] },
    });
    accepted(publishProduct, 'product');
    await eventually(async () => {
      const { ids: later } = await readAll(cursor);
      expect(later.filter((id) => id === draft.id)).toHaveLength(1);
    });
  });

  test('and may nothing that its key does not say', async () => {
    const input = { input: orderOf(1) };
    const reader = await shop.partner(['partner:catalog']);
    expect(errorCodesOf(await reader.send(ImportExternalOrderDocument, input))).toEqual(['FORBIDDEN']);
    expect(errorCodesOf(await reader.send(OrderChangesDocument, { first: 1 }))).toEqual(['FORBIDDEN']);
    const importer = await shop.partner(['partner:orders']);
    expect(errorCodesOf(await importer.send(CatalogFeedDocument, { first: 1 }))).toEqual(['FORBIDDEN']);
    const levels = { skuCodes: [product.sku.code] };
    expect(errorCodesOf(await partner.send(StockLevelsDocument, levels))).toEqual(['FORBIDDEN']);
    expect(errorCodesOf(await shop.guest().send(ImportExternalOrderDocument, input))).toEqual(['UNAUTHENTICATED']);
  });
});
