import { expect } from '@jest/globals';
import {
  CancelPresaleDocument,
  EndPresaleDocument,
  PlacePresaleOrderDocument,
  PresaleDocument,
  PresaleOrderDocument,
  PresalesDocument,
} from '../__generated__/operations.ts';
import { accepted } from './client.ts';
import type { Shop } from './shop.ts';
import type { Shopper } from './shopper.ts';
import { newKey, yuan } from './unique.ts';

/** A shopper finds a new presale of a SKU that costs ¥50 or more, and orders one. */
export async function beginsPresale(shop: Shop, { client, addressId }: Shopper, skuId: string): Promise<void> {
  const { id: presaleId } = await shop.presale({ skuId, price: yuan('50.00'), deposit: yuan('5.00') });
  const { presales } = await client.ask(PresalesDocument, {});
  expect(presales.nodes.map(({ id }) => id)).toContain(presaleId);
  const { presale } = await client.ask(PresaleDocument, { id: presaleId });
  expect(presale).toMatchObject({ status: 'DEPOSIT', deposit: yuan('5.00'), balance: yuan('45.00') });
  const input = { presaleId, quantity: 1, addressId, idempotencyKey: newKey() };
  const { placePresaleOrder } = await client.ask(PlacePresaleOrderDocument, { input });
  const { order } = await client.ask(PresaleOrderDocument, { id: accepted(placePresaleOrder, 'order').id });
  expect(order?.presale).toMatchObject({ phase: 'DEPOSIT_DUE', due: yuan('5.00') });
}

/** Staff end a new presale of such a SKU, and call it off. */
export async function stopsPresale(shop: Shop, skuId: string): Promise<void> {
  const { id: presaleId } = await shop.presale({ skuId, price: yuan('50.00') });
  const { endPresale } = await shop.staff.ask(EndPresaleDocument, { input: { presaleId } });
  expect(accepted(endPresale, 'presale').status).toBe('WAITING');
  const { cancelPresale } = await shop.staff.ask(CancelPresaleDocument, { input: { presaleId } });
  expect(accepted(cancelPresale, 'presale').status).toBe('CANCELLED');
}
