import { connectionOf, encodeCursor, pageOf } from '#kit/connection/connection.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import { hasScope, type Locale, type Viewer } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { messages } from '../messages.ts';
import { archiveSupplier } from './actions/archive-supplier.ts';
import { createSupplier } from './actions/create-supplier.ts';
import { renameSupplier } from './actions/rename-supplier.ts';
import type { Supplier } from './domain/supplier.ts';

/** Suppliers, and what merchandisers do to them. */
export const supplierResolvers = {
  Query: {
    suppliers: async (_root, args, { catalogue }) => {
      const page = pageOf(args);
      return connectionOf({
        rows: await catalogue.suppliers.page(page),
        first: page.first,
        after: page.after,
        cursorOf: (supplier) => encodeCursor([supplier.code]),
        totalCount: () => catalogue.suppliers.count(),
      });
    },
  },
  Product: {
    supplier: ({ supplierId }, _args, { loaders }) =>
      supplierId === null ? null : loaders.supplierById.load(supplierId),
  },
  Supplier: {
    __resolveReference: ({ id }, { loaders, viewer }) => (maySee(viewer) ? loaders.supplierById.load(id) : null),
  },
  Mutation: {
    createSupplier: async (_root, { input }, { catalogue, viewer }) =>
      payloadOf(await createSupplier(catalogue.suppliers, input), viewer.locale),
    renameSupplier: async (_root, { input }, { catalogue, viewer }) =>
      payloadOf(await renameSupplier(catalogue.suppliers, input), viewer.locale),
    archiveSupplier: async (_root, { input }, { catalogue, viewer }) =>
      payloadOf(await archiveSupplier(catalogue.suppliers, input.supplierId), viewer.locale),
  },
} satisfies Resolvers;

/** The same as `Product.supplier` asks for. */
function maySee(viewer: Viewer): boolean {
  return ['catalog:write', 'stock:read', 'order:read', 'partner:catalog'].some((scope) => hasScope(viewer, scope));
}

function payloadOf(outcome: Outcome<Supplier>, locale: Locale) {
  return outcome.ok
    ? { supplier: outcome.value, userErrors: [] }
    : { supplier: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}
