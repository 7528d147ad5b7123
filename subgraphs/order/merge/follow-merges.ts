import type { Clock } from '#kit/clock/clock.ts';
import { createMemberMerges, type MemberMerges } from '#kit/member-merges/member-merges.ts';
import { createTransact, type Database } from '#kit/mongo/transaction.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { CartKeeper } from '../cart/actions/keep-cart.ts';
import { forgetShopper } from '../erasure/actions/forget-shopper.ts';
import type { Stores } from '../wire-stores.ts';
import { sealAnew } from './actions/seal-anew.ts';

/** What following merges is made of here. */
interface FollowMergesParts {
  readonly connection: Database;
  readonly stores: Stores;
  readonly keeper: CartKeeper;
  readonly personalData: PersonalData;
  readonly clock: Clock;
}

/**
 * Orders with their payments, after-sales, invoices and carts follow their member. What they say of a person opens all the time: the key goes along at once, and an hour
 * later, when nobody can be sealing by it any more, everything is sealed by the other one and it is destroyed.
 */
export function followMerges({ connection, stores, keeper, personalData, clock }: FollowMergesParts): MemberMerges {
  const transact = createTransact(connection, { firstRows: true });
  const { membersOrders } = stores;
  const merges: MemberMerges = createMemberMerges(connection, {
    belongings: [
      ...membersOrders.belongings,
      { move: (session, { from, into }) => keeper.joinAll(session, from, into) },
    ],
    transact,
    clock,
    async begin({ from, into }, session) {
      if (await personalData.handOver(from, into, session)) return;
      // They were erased before it was known here that this is them, too: orders that aren't over still need their address.
      await forgetShopper({ ...stores, merges, personalData }, into, clock.now(), session);
    },
    settle: (merged, signal) => sealAnew({ membersOrders, personalData, transact }, merged, signal),
  });
  return merges;
}
