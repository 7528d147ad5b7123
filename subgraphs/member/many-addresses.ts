import { manyAddresses } from '#kit/neighbours/flash-sale-orders.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import { onlyOurServices } from '#kit/verification/verify-door.ts';
import type { Parts } from './actions.ts';
import { findAddresses } from './address/queries/find-addresses.ts';

/** The doors for who places many orders at once. */
export function provideManyAddresses({ books }: Pick<Parts, 'books'>): ProvidedOperations {
  return provide(manyAddresses, {
    async addressesOf({ wanted }, call) {
      onlyOurServices(call);
      return { addresses: await findAddresses(books, wanted) };
    },
  });
}
