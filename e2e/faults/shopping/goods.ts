import { atMost } from '../../../bench/contention/crowd.ts';
import type { Shop } from '../../world/shop.ts';
import { uniqueCode, yuan } from '../../world/unique.ts';
import type { Chance } from '#kit/testing/chance.ts';

/** What there is to buy. */
export interface Goods {
  /** Twenty, of which the first three are wanted by half of the people. */
  readonly skuIds: readonly string[];
  /** ¥5.00 off anything. */
  readonly couponCode: string;
  /** What is sold by presales. */
  readonly presaleSkuId: string;
  /** The item of a flash sale. */
  readonly flashItemId: string;
  /** The item of a flash sale of which there is nothing in the warehouse. */
  readonly missingFlashItemId: string;
}

const skus = 20;
const hot = 3;
const stock = 100_000;

export async function stockTheShelves(shop: Shop): Promise<Goods> {
  const products = await atMost(5, Array.from({ length: skus }), () => shop.product({ price: '49.00', stock }));
  const skuIds = products.map(({ sku }) => sku.id);
  const couponCode = `C${uniqueCode()}`;
  await shop.coupon({ code: couponCode, scope: { skuIds }, amountOff: yuan('5.00'), perMemberLimit: 100 });
  const flash = await shop.product({ price: '49.00', stock });
  const item = { skuId: flash.sku.id, price: yuan('9.90'), quota: 50_000, limitPerMember: 100 };
  const { itemId: flashItemId } = await shop.flashSale(item);
  const presold = await shop.product({ price: '49.00', stock });
  const soldOut = await shop.product({ price: '49.00', stock: 0 });
  const { itemId: missingFlashItemId } = await shop.flashSale({ ...item, skuId: soldOut.sku.id });
  return { skuIds, couponCode, presaleSkuId: presold.sku.id, flashItemId, missingFlashItemId };
}

/** A SKU as people choose: every second time one of the hot ones. */
export function chooseSku(goods: Goods, luck: Chance): string {
  return luck.pick(luck.happens(0.5) ? goods.skuIds.slice(0, hot) : goods.skuIds);
}
