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

/** What the central warehouse has of a SKU that mustn't run out, whatever is tried in the demo shop. */
const plenty = 100_000;

/**
 * What lies where at the beginning. A warehouse keeps a product with all its SKUs or not at all; of the `endless` SKUs the central one
 * has plenty. Every product's first SKU comes before any second one: whoever follows the bookings in their order and changes products then seldom
 * meets the same product twice at a time.
 */
export function planStock(
  { products }: Catalogue,
  warehouses: readonly DemoWarehouse[],
  endless: ReadonlySet<string>,
): StockLine[] {
  const central = warehouses.filter(({ tier }) => tier === 'CENTRAL');
  const places = products.flatMap(({ slug, skus }) => skus.map(({ code }, turn) => ({ slug, code, turn })));
  return places
    .sort((a, b) => a.turn - b.turn)
    .flatMap(({ slug, code }) => {
      const line = ({ code: warehouseCode }: DemoWarehouse, quantity: number) => {
        return { warehouseCode, skuCode: code, quantity };
      };
      if (endless.has(code)) return central.map((warehouse) => line(warehouse, plenty));
      const scarcity = chanceOf(`${code} scarce`);
      if (scarcity < soldOut) return [];
      if (scarcity < nearlySoldOut) return central.map((warehouse) => line(warehouse, wholeOf(code, 2, 8)));
      return warehouses
        .filter((warehouse) => chanceOf(`${warehouse.code} keeps ${slug}`) * 100 < warehouse.keepsPercent)
        .map((warehouse) => line(warehouse, depthOf(warehouse.depth, popularityOf(slug), code)));
    });
}

function depthOf([least, most]: readonly [number, number], popularity: number, code: string): number {
  return least + Math.round((most - least) * popularity) + wholeOf(`${code} depth`, 0, least);
}
