import type { ObservedCommand } from '#kit/mongo/connect.ts';

/** Where a process looks by itself, at moments of its own. */
const ownBusiness = new Set(['leases', 'jobs', 'importJobs', 'auditCheckpoints', '$cmd.aggregate']);
/** What a request adds rows to, and the process carries on or chains by itself. */
const carriedOn = new Set(['outbox', 'auditEntries']);

/**
 * Whether a command to the database can be a request's, and isn't what a process asks by itself: a test that tells what a request costs must not see what
 * leases, jobs, imports that wait, the courier of events, the audit log and the change stream make it ask in the same moment.
 */
export function canBeOfRequest({ collection, command }: Pick<ObservedCommand, 'collection' | 'command'>): boolean {
  if (ownBusiness.has(collection)) return false;
  if (carriedOn.has(collection)) return command === 'insert';
  // Neither a change stream of a whole database nor the end of a transaction says what it is about.
  return collection !== '';
}
