import { newId } from '#kit/ids/ids.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { channelPrices } from '../../channel-prices.ts';
import { checkPrices, defineFlashSale, overlapRefusals, type FlashSaleInput } from '../domain/define-flash-sale.ts';
import type { FlashSale } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';

export interface CreateFlashSaleNeeds {
  readonly sales: FlashSaleStore;
  readonly product: Neighbour<typeof productOperations>;
}

/** Creates a flash sale of SKUs that are sold in all its channels at higher prices, and in no other flash sale at that time. */
export async function createFlashSale(
  needs: CreateFlashSaleNeeds,
  input: FlashSaleInput,
  { at, by, call }: { at: Date; by: string; call: Call },
): Promise<Outcome<FlashSale>> {
  const ids = { saleId: newId('flashSale'), itemId: () => newId('flashSaleItem') };
  const defined = defineFlashSale(input, { ...ids, at, by });
  if (!defined.ok) return defined;
  const { sale, items } = defined.value;
  const sold = { channels: sale.channels, skuIds: items.map(({ skuId }) => skuId) };
  const priced = checkPrices(defined.value, await channelPrices(needs.product, sold, call));
  if (!priced.ok) return priced;
  const overlaps = overlapRefusals(priced.value, await needs.sales.insert(sale, items));
  return overlaps.length === 0 ? { ok: true, value: sale } : refused(...overlaps);
}
