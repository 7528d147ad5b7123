import type { Connection } from 'mongoose';
import { gatherSame } from '#kit/gather/gathered-reads.ts';
import { combineResolvers } from '#kit/graphql/combine-resolvers.ts';
import { complete } from '#kit/graphql/complete-resolvers.ts';
import { loadTypeDefs } from '#kit/graphql/type-defs.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { logisticsOperations } from '#kit/neighbours/logistics.ts';
import { promotionOperations } from '#kit/neighbours/promotion.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { type BaseContext, createSubgraph, type Subgraph } from '#kit/subgraph/subgraph.ts';
import { changesOf, nearCacheFeed, openDatabase, type Wiring } from '#kit/subgraph/wiring.ts';
import { joinOperations, neighbourOf } from '#kit/transport/neighbours.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers, ResolversParentTypes } from './__generated__/types.ts';
import { brandResolvers } from './brand/brand.resolvers.ts';
import { createBrandStore } from './brand/store/brand-store.ts';
import { catalogFeedResolvers } from './catalog-feed/catalog-feed.resolvers.ts';
import { categoryResolvers } from './category/category.resolvers.ts';
import { createCategoryStore } from './category/store/category-store.ts';
import { readProductConfig } from './config.ts';
import type { Context } from './context.ts';
import { importResolvers } from './import/import.resolvers.ts';
import { runImports } from './import/jobs/run-imports.ts';
import { createImportStore } from './import/store/import-store.ts';
import type { ListingQuery } from './listing/domain/listing-query.ts';
import { listingResolvers } from './listing/listing.resolvers.ts';
import { countSalesWhenOrderEdited } from './listing/reactions/count-sales-when-order-edited.ts';
import { countSalesWhenOrderPaid } from './listing/reactions/count-sales-when-order-paid.ts';
import { createCountSales } from './listing/steps/count-sales.ts';
import { markInStockWhenAvailabilityChanged } from './listing/reactions/mark-in-stock-when-availability-changed.ts';
import { countFacets, type FacetSources } from './listing/queries/count-facets.ts';
import { createListingStore } from './listing/store/listing-store.ts';
import { createLoaders, createShopperLoaders } from './loaders.ts';
import { createNearCaches } from './near-caches.ts';
import { provideOperations } from './operations.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import { saveProducts, type SaveProducts } from './product/actions/save-products.ts';
import { productMutations } from './product/product-mutations.resolvers.ts';
import { productResolvers } from './product/product.resolvers.ts';
import { createProductStore } from './product/store/product-store.ts';
import { createSupplierStore } from './supplier/store/supplier-store.ts';
import { supplierResolvers } from './supplier/supplier.resolvers.ts';
import { verifyOperations } from './verify/verify-operations.ts';

/** The facets of a list that somebody asks for, with the categories as they know them. */
interface FacetsAsked extends Pick<FacetSources, 'categoryTree'> {
  readonly query: ListingQuery;
  readonly locale: Locale;
}

/** Wires the product subgraph: its stores, what acts on them, and who may ask. */
export async function createApp(wiring: Wiring): Promise<Subgraph> {
  const { clock, log, metrics, transport } = wiring;
  const config = readProductConfig(wiring.env);
  const connection = await openDatabase('product', wiring);
  const changes = changesOf(connection, wiring);
  const stored = createCatalogue(connection, clock);
  const { catalogue, caches } = createNearCaches(stored, nearCacheFeed(changes, wiring));
  const { products, listings, outbox } = catalogue;
  const save: SaveProducts = (requests, options) => saveProducts(catalogue, requests, options);
  const importDesk = {
    imports: createImportStore(connection),
    saveProducts: save,
    logistics: neighbourOf(logisticsOperations, transport),
    clock,
  };
  const promotion = neighbourOf(promotionOperations, transport);

  const countSales = createCountSales(products, listings);
  // Counting costs more than all else that a list asks of the database.
  const facetsTogether = gatherSame(
    ({ query, locale }: FacetsAsked) => JSON.stringify([query, locale]),
    ({ query, locale, categoryTree }) => countFacets({ listings, categoryTree }, query, locale),
  );

  return createSubgraph<Context>({
    name: 'product',
    connection,
    outbox,
    typeDefs: loadTypeDefs('product'),
    resolvers: complete<Resolvers, ResolversParentTypes>()(
      combineResolvers(
        productResolvers,
        productMutations,
        categoryResolvers,
        brandResolvers,
        supplierResolvers,
        listingResolvers,
        catalogFeedResolvers,
        importResolvers,
      ),
    ),
    context: (request) => ({
      ...request,
      ...readingFor(request),
      catalogue,
      saveProducts: save,
      importDesk,
      config,
      promotion,
    }),
    fromMemory: {
      loaders: ['productById', 'productBySlug', 'skuById', 'brandById', 'productCountBySlug', 'categoryTree'],
      lists: true,
      // Settings stay as they are.
      config: true,
    },
    operations: joinOperations(provideOperations(catalogue, save, caches, config), verifyOperations(catalogue)),
    reactions: [
      countSalesWhenOrderPaid(countSales),
      countSalesWhenOrderEdited(countSales),
      markInStockWhenAvailabilityChanged(products, listings),
    ],
    jobs: [runImports(importDesk, log)],
    clock,
    log,
    metrics,
    changes,
    transport,
  });

  /** Shoppers read from near caches; who works on the catalogue, and who copies it, reads what is stored. */
  function readingFor({ viewer, readsFromMemory }: BaseContext): Pick<Context, 'loaders' | 'lists'> {
    if (readsFromMemory) {
      const { lists } = caches;
      const loaders = createShopperLoaders(catalogue, caches, viewer.channel);
      const facetsIn = (query: ListingQuery, locale: Locale) => lists.facetsIn(query, locale, loaders.categoryTree);
      return { loaders, lists: { listings: lists, facetsIn } };
    }
    const loaders = createLoaders(catalogue, listings, viewer.channel);
    const categoryTree = async () => loaders.categoryTree();
    return {
      loaders,
      lists: { listings, facetsIn: (query, locale) => facetsTogether({ query, locale, categoryTree }) },
    };
  }
}

/** The stores of the catalogue in one database, and what ties them together. */
export function createCatalogue(connection: Connection, clock: Wiring['clock']): Catalogue {
  return {
    transaction: (work) => inTransaction(connection, work),
    products: createProductStore(connection),
    categories: createCategoryStore(connection),
    brands: createBrandStore(connection),
    suppliers: createSupplierStore(connection),
    listings: createListingStore(connection),
    outbox: createOutbox(connection, { source: 'product' }),
    clock,
  };
}
