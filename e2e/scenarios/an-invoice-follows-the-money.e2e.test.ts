import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { startFakeNuonuo, type FakeNuonuo } from '#kit/testing/fake-nuonuo/fake-nuonuo.ts';
import {
  AfterSaleProgressDocument,
  InvoicesDocument,
  RequestAfterSaleDocument,
  RequestInvoiceDocument,
  VoidInvoiceDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, codesOf } from '../world/client.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

describe.each(topologies)('an invoice follows the money (%s)', (topology) => {
  const clock = testClock(new Date());
  let nuonuo: FakeNuonuo;
  let graph: PrivateGraph;
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    nuonuo = await startFakeNuonuo(() => clock.now());
    graph = await startPrivateGraph(topology, { clock, env: nuonuo.env });
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });
  afterAll(async () => {
    await graph?.stop();
    await nuonuo?.stop();
  });

  const asks = async ({ id: orderId }: Order) => {
    const buyer = { kind: 'COMPANY' as const, title: '茶叶有限公司', taxNumber: '91350100M000100Y43' };
    return (await shopper.client.ask(RequestInvoiceDocument, { input: { orderId, buyer, idempotencyKey: newKey() } }))
      .requestInvoice;
  };
  const invoicesOf = async ({ id: orderId }: Order) =>
    (await shopper.client.ask(AfterSaleProgressDocument, { orderId })).order?.invoices ?? [];

  test('over what was paid, then over the rest after a refund, then voided', async () => {
    const product = await shop.product({ price: '60.00', stock: 10 });
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 2 }]);
    expect(codesOf(await asks(order))).toEqual(['INVALID_STATE']);
    await shopper.pays(order);
    const first = accepted(await asks(order), 'invoice');
    expect(first).toMatchObject({ status: 'ISSUED', amount: order.total });
    expect(codesOf(await asks(order))).toEqual(['INVOICE_EXISTS']);

    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }];
    const refund = {
      orderId: order.id,
      kind: 'REFUND_ONLY' as const,
      lines,
      reason: '多买了',
      idempotencyKey: newKey(),
    };
    accepted((await shopper.client.ask(RequestAfterSaleDocument, { input: refund })).requestAfterSale, 'afterSale');
    const rest = yuan((Number(order.total.amount) - 60).toFixed(2));
    await eventually(async () => {
      await graph.subgraphs.order.runJob('ask-invoice-issuer');
      expect(await invoicesOf(order)).toMatchObject([
        { id: first.id, status: 'VOIDED' },
        { status: 'ISSUED', amount: rest, replaces: { id: first.id } },
      ]);
    });
    expect(nuonuo.documents.map((document) => document.invoiceType)).toEqual(['1', '2', '1']);

    const listed = await shop.staff.ask(InvoicesDocument, { status: ['ISSUED'], first: 10 });
    const [valid] = listed.invoices.nodes;
    expect(listed.invoices.nodes).toMatchObject([{ order: { id: order.id }, amount: rest }]);
    const voiding = { input: { invoiceId: valid?.id ?? '', reason: '抬头有误' } };
    expect(accepted((await shop.staff.ask(VoidInvoiceDocument, voiding)).voidInvoice, 'invoice').status).toBe('VOIDED');
    expect(accepted(await asks(order), 'invoice').amount).toEqual(rest);
  });
});
