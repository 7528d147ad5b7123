import { demoCarriers, demoWarehouses } from '../network/network.ts';
import type { StockLine } from '../plan/stock.ts';
import type { LoadedSku } from './load-catalogue.ts';
import type { OnProgress } from './progress.ts';
import { found, partsOf, type Shop, valueOf } from './shop.ts';

const linesAtOnce = 1_000;

/** Loads carriers and warehouses. */
export async function loadNetwork(shop: Shop, onProgress: OnProgress): Promise<void> {
  const network = { carriers: [...demoCarriers], warehouses: [...demoWarehouses] };
  valueOf('warehouses', await shop.logistics.loadNetwork(network, shop.call));
  onProgress({ part: 'warehouses', done: demoWarehouses.length, total: demoWarehouses.length });
}

/** Books the goods into the warehouses. */
export async function loadStock(
  shop: Shop,
  stock: readonly StockLine[],
  skus: ReadonlyMap<string, LoadedSku>,
  { began, onProgress }: { began: Date; onProgress: OnProgress },
): Promise<void> {
  let done = 0;
  for (const [index, part] of partsOf(stock, linesAtOnce).entries()) {
    const lines = part.map(({ warehouseCode, skuCode, quantity }) => {
      return { warehouseCode, quantity, skuId: found(skus, skuCode).skuId };
    });
    const input = { idempotencyKey: `demo-stock-${index}`, at: began.toISOString(), lines };
    valueOf('stock', await shop.logistics.loadStock(input, shop.call));
    done += part.length;
    onProgress({ part: 'stock levels', done, total: stock.length });
  }
}
