import type { Connection } from 'mongoose';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { createAddressBooksStore } from '../address/store/address-books-store.ts';
import { createGrowthStore } from '../growth/store/growth-store.ts';
import { createMembersStore } from '../member/store/members-store.ts';
import { createMergesStore } from '../merge/store/merges-store.ts';
import { createPartnersStore } from '../partner/store/partners-store.ts';
import { createPointsStore } from '../points/store/points-store.ts';
import { createIdentitiesStore } from '../session/store/identities-store.ts';
import { createSessionsStore } from '../session/store/sessions-store.ts';
import { createSignInTriesStore, type SignInLimits } from '../session/store/sign-in-tries-store.ts';
import { createStaffStore } from '../staff/store/staff-store.ts';
import { createSigningKeysStore } from '../token/store/signing-keys-store.ts';

/** Every collection of this subgraph, behind its store. */
export type Stores = ReturnType<typeof createStores>;

/** Opens the stores on the subgraph's own database; their indexes are built by migrating. */
export function createStores(connection: Connection, personalData: PersonalData, signInLimits: SignInLimits) {
  return {
    members: createMembersStore(connection, personalData),
    identities: createIdentitiesStore(connection, personalData),
    sessions: createSessionsStore(connection),
    tries: createSignInTriesStore(connection, personalData, signInLimits),
    signingKeys: createSigningKeysStore(connection),
    books: createAddressBooksStore(connection, personalData),
    points: createPointsStore(connection),
    growth: createGrowthStore(connection),
    merges: createMergesStore(connection, personalData),
    staff: createStaffStore(connection, personalData),
    partners: createPartnersStore(connection),
  };
}
