import type { Clock } from '#kit/clock/clock.ts';
import { productVerification } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { verifyBy } from '#kit/verification/verify-door.ts';
import { verifyListings } from './verify-listings.ts';

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: { readonly outbox: Outbox; readonly clock: Clock }) {
  return provide(productVerification, { ...verifyBy(parts, [verifyListings]) });
}
