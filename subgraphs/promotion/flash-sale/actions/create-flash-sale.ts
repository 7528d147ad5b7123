import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { channelPrices } from '../../channel-prices.ts';
import { createdOnce } from '../../created-once.ts';
import { checkPrices, defineFlashSale, overlapRefusals, type FlashSaleInput } from '../domain/define-flash-sale.ts';
import type { FlashSale } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';

export interface CreateFlashSaleNeeds {
  readonly sales: Pick<FlashSaleStore, 'insert' | 'byIds'>;
  readonly product: Neighbour<typeof productOperations>;
  readonly once: Once;
}

/** When, by whom and under which key a sale is created. */
interface Making {
  readonly at: Date;
  readonly by: string;
  readonly key: string | null;
  readonly call: Call;
}

/** Creates a flash sale of SKUs that are sold in all its channels at higher prices, and in no other flash sale at that time; once for a key. */
export function createFlashSale(
  needs: CreateFlashSaleNeeds,
  input: FlashSaleInput,
  making: Making,
): Promise<Outcome<FlashSale>> {
  const { by: caller, key } = making;
  const creation = { caller, operation: 'createFlashSale', key, input, subject: 'flashSale' } as const;
  return createdOnce(needs.once, creation, {
    byIds: needs.sales.byIds,
    create: (id) => createNow(needs, input, id, making),
  });
}

async function createNow(
  { sales, product }: CreateFlashSaleNeeds,
  input: FlashSaleInput,
  saleId: string,
  { at, by, call }: Making,
): Promise<Outcome<FlashSale>> {
  const ids = { saleId, itemId: () => newId('flashSaleItem') };
  const defined = defineFlashSale(input, { ...ids, at, by });
  if (!defined.ok) return defined;
  const { sale, items } = defined.value;
  const sold = { channels: sale.channels, skuIds: items.map(({ skuId }) => skuId) };
  const priced = checkPrices(defined.value, await channelPrices(product, sold, call));
  if (!priced.ok) return priced;
  const overlaps = overlapRefusals(priced.value, await sales.insert(sale, items));
  return overlaps.length === 0 ? { ok: true, value: sale } : refused(...overlaps);
}
