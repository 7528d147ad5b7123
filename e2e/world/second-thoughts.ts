import { expect } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  AfterSaleProgressDocument,
  ApproveAfterSaleDocument,
  CancelAfterSaleDocument,
  EndReturnDocument,
  InvoicesDocument,
  RequestAfterSaleDocument,
  RequestInvoiceDocument,
  SendBackGoodsDocument,
  TurnExchangeIntoRefundDocument,
  VoidInvoiceDocument,
  type AfterSaleKind,
  CancelOrderEditDocument,
  EditOrderDocument,
  OrderEditPreviewDocument,
  OrderEditsDocument,
} from '../__generated__/operations.ts';
import { accepted } from './client.ts';
import type { Shop } from './shop.ts';
import type { Shopper } from './shopper.ts';
import { newKey } from './unique.ts';

/** A shopper complains, thinks better of it twice, and asks for an invoice in a shop that issues none; gives what became of the complaints. */
export async function thinksBetterOfIt(shop: Shop, shopper: Shopper, skuId: string): Promise<string[]> {
  const order = await shopper.places([{ skuId: skuId, quantity: 4 }]);
  await shopper.pays(order);
  await shop.warehouse.delivers(await shop.warehouse.sends(order));
  await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
  const asks = async (kind: AfterSaleKind) => {
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }];
    const input = { orderId: order.id, kind, lines, reason: '不合适', idempotencyKey: newKey() };
    return accepted((await shopper.client.ask(RequestAfterSaleDocument, { input })).requestAfterSale, 'afterSale').id;
  };
  const given = { input: { afterSaleId: await asks('RETURN_AND_REFUND') } };
  const { cancelAfterSale } = await shopper.client.ask(CancelAfterSaleDocument, given);
  expect(accepted(cancelAfterSale, 'afterSale').status).toBe('CANCELLED');

  const turned = { input: { afterSaleId: await asks('EXCHANGE') } };
  const { turnExchangeIntoRefund } = await shopper.client.ask(TurnExchangeIntoRefundDocument, turned);
  expect(accepted(turnExchangeIntoRefund, 'afterSale').kind).toBe('RETURN_AND_REFUND');
  await shop.staff.ask(ApproveAfterSaleDocument, turned);
  const { afterSaleId } = turned.input;
  const { sendBackGoods } = await shopper.client.ask(SendBackGoodsDocument, {
    input: { afterSaleId, carrier: '顺丰', trackingNumber: 'SF-0001' },
  });
  expect(accepted(sendBackGoods, 'afterSale').status).toBe('SENT_BACK');
  const { endReturn } = await shop.staff.ask(EndReturnDocument, { input: { afterSaleId, reason: '未收到' } });
  expect(accepted(endReturn, 'afterSale').status).toBe('CANCELLED');

  const buyer = { kind: 'PERSONAL' as const, title: '王小明' };
  const { requestInvoice } = await shopper.client.ask(RequestInvoiceDocument, {
    input: { orderId: order.id, buyer, idempotencyKey: newKey() },
  });
  expect(requestInvoice.userErrors).toMatchObject([{ code: 'INVOICING_UNAVAILABLE' }]);
  const { voidInvoice } = await shop.staff.ask(VoidInvoiceDocument, {
    input: { invoiceId: 'inv_x', reason: '无' },
  });
  expect(voidInvoice.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await shop.staff.ask(InvoicesDocument, { first: 1 })).invoices.totalCount).toBe(0);
  const { order: progress } = await shopper.client.ask(AfterSaleProgressDocument, { orderId: order.id });
  return progress?.afterSales.map(({ status }) => status) ?? [];
}

/** Buys one, wants two, and gives that up again: how far the edit is at each step. */
export async function changesAPaidOrder(shop: Shop, { client, ...shopper }: Shopper, skuId: string): Promise<string[]> {
  const order = await shopper.places([{ skuId, quantity: 1 }]);
  await shopper.pays(order);
  await shop.warehouse.findsIn(order);
  const wish = { orderId: order.id, additions: [{ skuId, quantity: 1 }] };
  const { orderEditPreview } = await client.ask(OrderEditPreviewDocument, { input: wish });
  const { amount, currency } = accepted(orderEditPreview, 'preview').total;
  const input = { ...wish, expectedTotal: { amount, currency }, idempotencyKey: newKey() };
  const { status } = accepted((await client.ask(EditOrderDocument, { input })).editOrder, 'edit');
  await client.ask(CancelOrderEditDocument, { input: { orderId: order.id } });
  const { order: seen } = await client.ask(OrderEditsDocument, { orderId: order.id });
  return [status, ...(seen?.edits ?? []).map((edit) => edit.status)];
}
