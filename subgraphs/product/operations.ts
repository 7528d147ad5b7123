import { forbidden } from '#kit/graphql/errors.ts';
import { productOperations } from '#kit/neighbours/product.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { loadCategories } from './load-catalogue/actions/load-categories.ts';
import { loadSuppliers } from './load-catalogue/actions/load-suppliers.ts';
import { loadProducts } from './load-catalogue/actions/load-products.ts';
import type { Catalogue } from './product/actions/catalogue.ts';
import type { SaveProducts } from './product/actions/save-products.ts';
import { skuFacts } from './sku-facts/sku-facts.ts';

/** The doors of the product subgraph for its neighbours. */
export function provideOperations(catalogue: Catalogue, save: SaveProducts): ProvidedOperations {
  return provide(productOperations, {
    skuFacts: async (input, { viewer }) => ({ skus: await skuFacts(catalogue, input, viewer.locale) }),
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
