import type { ObservedCommand } from '#kit/mongo/connect.ts';

/** Where a process looks by itself, at moments of its own. */
const ownBusiness = new Set(['leases', 'jobs', 'auditCheckpoints', '$cmd.aggregate']);

/**
 * Whether a command to the database can be a request's, and isn't what a process asks by itself: a test that tells what a request costs must not see what
 * leases, jobs, the courier of events and the change stream ask in the same moment.
 */
export function canBeOfRequest({ collection, command }: Pick<ObservedCommand, 'collection' | 'command'>): boolean {
  if (ownBusiness.has(collection)) return false;
  // A request stores its events; everything else in the outbox is the courier's.
  if (collection === 'outbox') return command === 'insert';
  // A change stream of a whole database has no collection.
  return collection !== '' || command !== 'aggregate';
}
