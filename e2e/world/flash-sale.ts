import { FlashSalePreviewDocument, PurchaseFlashSaleItemDocument } from '../__generated__/operations.ts';
import { accepted } from './client.ts';
import type { Shopper } from './shopper.ts';
import { newKey } from './unique.ts';

/** What a shopper is shown before buying units of a flash-sale item for their own address. */
export async function seesWhatItCosts({ client, addressId }: Shopper, itemId: string, quantity: number) {
  const { flashSalePreview } = await client.ask(FlashSalePreviewDocument, { input: { itemId, quantity, addressId } });
  return accepted(flashSalePreview, 'preview');
}

/** Buys them at the total that was shown. */
export async function buysAt(
  { client, addressId }: Shopper,
  itemId: string,
  quantity: number,
  expectedTotal: { readonly amount: string; readonly currency: string },
) {
  const input = { itemId, quantity, addressId, expectedTotal, idempotencyKey: newKey() };
  return (await client.ask(PurchaseFlashSaleItemDocument, { input })).purchaseFlashSaleItem;
}
