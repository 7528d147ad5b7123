import type { Outbox } from '#kit/outbox/outbox.ts';

/** A database transaction under way. Actions hand it from store to store and never look inside. */
export type Session = Parameters<Outbox['append']>[0];

/** Runs `work` as one transaction, again from the start when another transaction came in between. */
export type Transact = <T>(work: (session: Session) => Promise<T>) => Promise<T>;
