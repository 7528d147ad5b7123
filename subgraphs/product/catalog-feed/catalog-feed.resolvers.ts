import { pageOf } from '#kit/connection/connection.ts';
import { badInput } from '#kit/graphql/errors.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { catalogChanges } from './queries/catalog-changes.ts';

/** The catalogue as partners follow it. */
export const catalogFeedResolvers = {
  Query: {
    catalogFeed: async (_root, { since, first }, { catalogue, viewer, clock }) => {
      const { after } = pageOf({ first, after: since });
      const [updatedAt, id] = after ?? [];
      if (after !== null && !(updatedAt instanceof Date && typeof id === 'string')) {
        throw badInput('"since" is not a cursor of this feed. Start again without it.');
      }
      const place = updatedAt instanceof Date && typeof id === 'string' ? { updatedAt, id } : null;
      return catalogChanges(catalogue.products, { channel: viewer.channel, since: place, first, now: clock.now() });
    },
  },
} satisfies Resolvers;
