import { type Catalogue, readCatalogue } from '../catalogue/catalogue.ts';
import type { ChannelPrice } from '../catalogue/channel-prices.ts';
import { demoCoupons, demoFlashSale, demoPromotions } from '../marketing/promotions.ts';
import { demoWarehouses } from '../network/network.ts';
import { type DemoPlan, planDemo } from '../plan/demo-plan.ts';
import type { PlannedOrder } from '../plan/orders.ts';
import { firstProductDays, loadCatalogue } from './load-catalogue.ts';
import type { LoadOptions } from './load-demo.ts';
import { loadCoupons, loadPromotions, openFlashSale, openPresale } from './load-marketing.ts';
import { loadNetwork, loadStock } from './load-network.ts';
import { loadAfterSales, loadOrders, loadParcels } from './load-orders.ts';
import { loadPeople } from './load-people.ts';
import { LoadRefused, type Shop, together } from './shop.ts';

const day = 24 * 60 * 60_000;
const noPast = { orders: [], parcels: [], afterSales: [] };

/** Loads the whole demo shop, or the rest of it; the flash sale last. */
export async function loadEverything(
  shop: Shop,
  { clock, log, onProgress, withPast = true }: LoadOptions,
): Promise<void> {
  const catalogue = await readCatalogue();
  const began = (await earlierBeginning(shop, catalogue)) ?? clock.now();
  const planned = planDemo(catalogue, began);
  const plan = withPast ? planned : { ...planned, ...noPast };
  log.info({ began, orders: plan.orders.length }, 'loading the demo data');
  const told = { began, onProgress };
  for (const [part, total] of Object.entries(totalsOf(catalogue, plan))) onProgress({ part, done: 0, total });

  const [skus, memberIds] = await together([
    loadCatalogue(shop, catalogue, plan.channelPrices, { ...told, soldOf: soldBy(plan.orders) }),
    loadPeople(shop, plan.members, plan.standings, told),
    loadNetwork(shop, onProgress),
    loadPromotions(shop, began, onProgress),
  ]);
  const shopperId = memberIds[0];
  if (shopperId === undefined) throw new LoadRefused('the members were not loaded');
  const surroundings = { skus, memberIds, onProgress, orders: plan.orders };
  const [loaded] = await together([
    loadOrders(shop, plan.orders, surroundings),
    loadStock(shop, plan.stock, skus, told),
    loadCoupons(shop, shopperId, began, onProgress),
  ]);
  await together([
    loadParcels(shop, plan.parcels, { ...surroundings, loaded }),
    loadAfterSales(shop, plan.afterSales, { ...surroundings, loaded }),
  ]);
  const lowestPriceOf = lowestPrices(catalogue, plan.channelPrices);
  await openPresale(shop, skus, lowestPriceOf, began);
  await openFlashSale(shop, skus, lowestPriceOf, began);
  onProgress({ part: 'flash-sale items', done: demoFlashSale.items.length, total: demoFlashSale.items.length });
}

/** How much there is of each part, by the names under which progress is told. */
function totalsOf(catalogue: Catalogue, plan: DemoPlan): Record<string, number> {
  return {
    categories: catalogue.categories.length,
    products: catalogue.products.length,
    members: plan.members.length,
    warehouses: demoWarehouses.length,
    promotions: demoPromotions(plan.began).length,
    coupons: demoCoupons(plan.began).length,
    orders: plan.orders.length,
    'stock levels': plan.stock.length,
    parcels: plan.parcels.length,
    'after-sales': plan.afterSales.length,
    'flash-sale items': demoFlashSale.items.length,
  };
}

/** When an interrupted load began; null when there was none. The age of the first product tells. */
async function earlierBeginning(shop: Shop, { products }: Catalogue): Promise<Date | null> {
  const { product } = await shop.ask<{ product: { createdAt: string } | null }>(
    'product',
    'query First($slug: String!) { product(slug: $slug) { createdAt } }',
    { slug: products[0]?.slug },
  );
  return product && new Date(new Date(product.createdAt).getTime() + firstProductDays * day);
}

/** How many pieces of a product were paid for. */
function soldBy(orders: readonly PlannedOrder[]): (productSlug: string) => number {
  const sold = new Map<string, number>();
  for (const { paidAt, lines } of orders) {
    if (paidAt === null) continue;
    for (const { productSlug, quantity } of lines) sold.set(productSlug, (sold.get(productSlug) ?? 0) + quantity);
  }
  return (slug) => sold.get(slug) ?? 0;
}

function lowestPrices({ products }: Catalogue, channelPrices: readonly ChannelPrice[]): (skuCode: string) => number {
  const usual = products.flatMap(({ skus }) => skus.map(({ code, priceMinor }) => ({ skuCode: code, priceMinor })));
  const prices = Map.groupBy([...usual, ...channelPrices], ({ skuCode }) => skuCode);
  return (code) => Math.min(...(prices.get(code) ?? []).map(({ priceMinor }) => priceMinor));
}
