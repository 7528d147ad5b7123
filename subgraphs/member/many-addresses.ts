import { manyAddresses } from '#kit/neighbours/flash-sale-orders.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import { onlyOurServices } from '#kit/verification/verify-door.ts';
import type { Parts } from './actions.ts';
import { findAddresses } from './address/queries/find-addresses.ts';

/** The doors for who places many orders at once. */
export function provideManyAddresses({ books, members }: Pick<Parts, 'books' | 'members'>): ProvidedOperations {
  return provide(manyAddresses, {
    async addressesOf({ wanted }, call) {
      onlyOurServices(call);
      const addresses = await findAddresses(books, wanted);
      const missing = wanted.filter((_, index) => addresses[index] === null);
      if (missing.length === 0) return { addresses };
      // An order may be placed for a purchase that its member made before they were merged into another one.
      const known = await members.survivors([...new Set(missing.map(({ memberId }) => memberId))]);
      const theirs = wanted.map((one) => ({ ...one, memberId: known.get(one.memberId)?.id ?? one.memberId }));
      return { addresses: await findAddresses(books, theirs) };
    },
  });
}
