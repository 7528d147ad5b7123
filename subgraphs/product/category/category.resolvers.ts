import type { Resolvers } from '../__generated__/types.ts';
import { textIn } from '../product/domain/local-text.ts';

/** The category tree, held whole for the time of a request. */
export const categoryResolvers = {
  Query: {
    categories: async (_root, _args, { loaders }) => (await loaders.categoryTree()).roots,
  },
  Category: {
    __resolveReference: async (reference, { loaders }) => {
      const tree = await loaders.categoryTree();
      return 'id' in reference ? tree.byId(reference.id) : tree.bySlug((reference as { slug: string }).slug);
    },
    name: ({ name }, _args, { viewer }) => textIn(viewer.locale, name),
    parent: async ({ parentId }, _args, { loaders }) =>
      parentId === null ? null : (await loaders.categoryTree()).byId(parentId),
    children: async ({ id }, _args, { loaders }) => (await loaders.categoryTree()).childrenOf(id),
    path: async ({ id }, _args, { loaders }) => (await loaders.categoryTree()).pathTo(id),
    productCount: async ({ slug }, _args, { loaders }) => (await loaders.productCountBySlug.load(slug)) ?? 0,
  },
} satisfies Resolvers;
