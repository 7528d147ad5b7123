import type { Catalogue } from '../catalogue/catalogue.ts';
import { chanceOf, wholeOf } from '../catalogue/chance.ts';
import type { DemoWarehouse } from '../network/network.ts';
import { popularityOf } from './assortment.ts';

/** How many pieces of a SKU a warehouse gets. */
export interface StockLine {
  readonly warehouseCode: string;
  readonly skuCode: string;
  readonly quantity: number;
}

/** One SKU in so many is sold out everywhere, or nearly so and kept in the central warehouse only. */
const soldOut = 0.015;
const nearlySoldOut = 0.045;

/** What lies where at the beginning. A warehouse keeps a product with all its SKUs or not at all. */
export function planStock({ products }: Catalogue, warehouses: readonly DemoWarehouse[]): StockLine[] {
  return products.flatMap(({ slug, skus }) =>
    skus.flatMap(({ code }) => {
      const scarcity = chanceOf(`${code} scarce`);
      if (scarcity < soldOut) return [];
      if (scarcity < nearlySoldOut) {
        return warehouses
          .filter(({ tier }) => tier === 'CENTRAL')
          .map((warehouse) => ({ warehouseCode: warehouse.code, skuCode: code, quantity: wholeOf(code, 2, 8) }));
      }
      return warehouses
        .filter((warehouse) => chanceOf(`${warehouse.code} keeps ${slug}`) * 100 < warehouse.keepsPercent)
        .map((warehouse) => ({
          warehouseCode: warehouse.code,
          skuCode: code,
          quantity: depthOf(warehouse.depth, popularityOf(slug), code),
        }));
    }),
  );
}

function depthOf([least, most]: readonly [number, number], popularity: number, code: string): number {
  return Math.min(most, least + Math.round((most - least) * popularity) + wholeOf(`${code} depth`, 0, least));
}
