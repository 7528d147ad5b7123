import type { Clock } from '#kit/clock/clock.ts';
import type { logisticsOperations } from '#kit/neighbours/logistics.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { SaveProducts } from '../../product/actions/save-products.ts';
import type { ImportStore } from '../store/import-store.ts';

/** Everything that importing takes. */
export interface ImportDesk {
  readonly imports: ImportStore;
  readonly saveProducts: SaveProducts;
  readonly logistics: Neighbour<typeof logisticsOperations>;
  readonly clock: Clock;
}
