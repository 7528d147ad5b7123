import type { Resolvers } from '../__generated__/types.ts';
import { whenKnown } from '#kit/near-cache/known.ts';
import { textIn } from '../product/domain/local-text.ts';

/** The category tree, held whole for the time of a request. */
export const categoryResolvers = {
  Query: {
    categories: (_root, _args, { loaders }) => whenKnown(loaders.categoryTree(), ({ roots }) => roots),
  },
  Category: {
    __resolveReference: (reference, { loaders }) =>
      whenKnown(loaders.categoryTree(), (tree) =>
        'id' in reference ? tree.byId(reference.id) : tree.bySlug((reference as { slug: string }).slug),
      ),
    name: ({ name }, _args, { viewer }) => textIn(viewer.locale, name),
    parent: ({ parentId }, _args, { loaders }) =>
      parentId === null ? null : whenKnown(loaders.categoryTree(), (tree) => tree.byId(parentId)),
    children: ({ id }, _args, { loaders }) => whenKnown(loaders.categoryTree(), (tree) => tree.childrenOf(id)),
    path: ({ id }, _args, { loaders }) => whenKnown(loaders.categoryTree(), (tree) => tree.pathTo(id)),
    productCount: async ({ slug }, _args, { loaders }) => (await loaders.productCountBySlug.load(slug)) ?? 0,
  },
} satisfies Resolvers;
