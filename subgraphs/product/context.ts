import type { promotionOperations } from '#kit/neighbours/promotion.ts';
import type { BaseContext } from '#kit/subgraph/subgraph.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { ProductConfig } from './config.ts';
import type { ImportDesk } from './import/actions/import-desk.ts';
import type { Loaders } from './loaders.ts';
import type { Lists } from './near-caches.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import type { SaveProducts } from './product/actions/save-products.ts';

/** What the resolvers of the product subgraph have at hand. */
export interface Context extends BaseContext {
  readonly loaders: Loaders;
  readonly lists: Lists;
  readonly catalogue: Catalogue;
  readonly saveProducts: SaveProducts;
  readonly importDesk: ImportDesk;
  readonly config: ProductConfig;
  readonly promotion: Neighbour<typeof promotionOperations>;
}
