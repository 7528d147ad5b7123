import { forbidden } from '#kit/graphql/errors.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { categoryTree } from './category/domain/category-tree.ts';
import { loadCategories } from './load-catalogue/actions/load-categories.ts';
import { loadSuppliers } from './load-catalogue/actions/load-suppliers.ts';
import { loadProducts } from './load-catalogue/actions/load-products.ts';
import type { ProductConfig } from './config.ts';
import type { NearCaches } from './near-caches.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import type { SaveProducts } from './product/actions/save-products.ts';
import { skuFacts, type FactSources } from './sku-facts/sku-facts.ts';

/** The doors of the product subgraph for its neighbours; `shown` is what shoppers see. */
export function provideOperations(
  catalogue: Catalogue,
  save: SaveProducts,
  shown: NearCaches,
  { minimumMarginPercent }: ProductConfig,
): ProvidedOperations {
  const { products, categories } = catalogue;
  const stored: FactSources = {
    ...products,
    categoryTree: async () => categoryTree(await categories.all()),
    minimumMarginPercent,
  };
  const forDisplay: FactSources = { ...stored, ...shown.products, categoryTree: shown.categoryTree };
  return provide(productOperations, {
    async skuFacts(input, { viewer }) {
      const sources = input.forDisplay === true ? forDisplay : stored;
      return { skus: await skuFacts(sources, input, viewer.locale) };
    },
    loadCategories: async ({ categories }, call) => {
      onlyOurServices(call);
      return answerOf(await loadCategories(catalogue, categories));
    },
    loadSuppliers: async ({ suppliers }, call) => {
      onlyOurServices(call);
      return answerOf(await loadSuppliers(catalogue, suppliers));
    },
    loadProducts: async ({ products }, call) => {
      onlyOurServices(call);
      return answerOf(await loadProducts(save, products, call.viewer.channel));
    },
  });
}

function onlyOurServices({ viewer }: Call): void {
  if (viewer.kind !== 'SYSTEM') throw forbidden();
}

/** An outcome in the shape of the wire, where lists are plain. */
function answerOf<T>(outcome: Outcome<T>) {
  if (outcome.ok) return outcome;
  const refusals = outcome.refusals.map(({ path, ...rest }) => ({
    ...rest,
    ...(path === undefined ? {} : { path: [...path] }),
  }));
  return { ok: false as const, refusals };
}
