import { newId } from '#kit/ids/ids.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { channelCodes } from '../../offer/domain/channels.ts';
import {
  checkPrices,
  defineFlashSale,
  overlapRefusals,
  type ChannelPrices,
  type FlashSaleDefinition,
  type FlashSaleInput,
} from '../domain/define-flash-sale.ts';
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
  const priced = checkPrices(defined.value, await channelPrices(needs.product, defined.value, call));
  if (!priced.ok) return priced;
  const { sale, items } = priced.value;
  const overlaps = overlapRefusals(priced.value, await needs.sales.insert(sale, items));
  return overlaps.length === 0 ? { ok: true, value: sale } : refused(...overlaps);
}

/** What the SKUs cost in each channel of the sale; for a sale in every channel, in each channel that sells any of them. */
async function channelPrices(
  product: CreateFlashSaleNeeds['product'],
  { sale, items }: FlashSaleDefinition,
  call: Call,
): Promise<ChannelPrices> {
  const skuIds = items.map((item) => item.skuId);
  const channels = sale.channels.length > 0 ? sale.channels : channelCodes;
  const prices = await Promise.all(
    channels.map(async (channel) => {
      const { skus } = await product.skuFacts({ skuIds, channel }, { ...call, repeatable: true });
      return new Map(skus.flatMap(({ skuId, price }) => (price ? [[skuId, price] as const] : [])));
    }),
  );
  if (sale.channels.length > 0) return prices;
  const selling = prices.filter((inChannel) => inChannel.size > 0);
  return selling.length > 0 ? selling : prices;
}
