import { connectionOf, encodeCursor, pageOf } from '#kit/connection/connection.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { textIn } from '../product/domain/local-text.ts';

/** Brands, by reference and by name. */
export const brandResolvers = {
  Query: {
    brands: async (_root, args, { catalogue }) => {
      const page = pageOf(args);
      return connectionOf({
        rows: await catalogue.brands.page(page),
        first: page.first,
        after: page.after,
        cursorOf: (brand) => encodeCursor([brand.key]),
        totalCount: () => catalogue.brands.count(),
      });
    },
  },
  Brand: {
    __resolveReference: ({ id }, { loaders }) => loaders.brandById.load(id),
    name: ({ name }, _args, { viewer }) => textIn(viewer.locale, name),
  },
} satisfies Resolvers;
