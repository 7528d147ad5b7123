import { loaderByKey, loaderOfLists } from '#kit/loaders/loaders.ts';
import type { Stores } from './store/stores.ts';

/** What one request reads by key, each kind in one query. */
export type Loaders = ReturnType<typeof createLoaders>;

/** Made for each request. */
export function createLoaders({ members, books, points, partners, merges }: Stores) {
  return {
    memberById: loaderByKey(members.findMany),
    survivorById: loaderByKey((ids) => members.survivors(ids)),
    mergesByMember: loaderOfLists(merges.ofMembers),
    addressBookByMember: loaderByKey(books.findMany),
    pointsByMember: loaderByKey(points.findMany),
    apiKeysByPartner: loaderOfLists(partners.keysOf),
  };
}
