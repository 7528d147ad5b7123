import type { Clock } from '#kit/clock/clock.ts';
import { accessTokenSeconds } from '../../token/domain/claims.ts';
import type { SessionsStore } from '../store/sessions-store.ts';

/** Room for a transaction that was committed later than the time it wrote, and for clocks that differ, milliseconds. */
const overlapMs = 10_000;

/** The sessions that ended at `since` or later, of those whose access tokens may still be out, and from when to ask next. */
export async function endedSessions(
  { sessions, clock }: { readonly sessions: SessionsStore; readonly clock: Clock },
  since: Date | null,
): Promise<{ sessionIds: string[]; asOf: string }> {
  const now = clock.now().getTime();
  const oldest = now - accessTokenSeconds * 1000 - overlapMs;
  const from = new Date(Math.max(oldest, since?.getTime() ?? oldest));
  return { sessionIds: await sessions.endedSince(from), asOf: new Date(now - overlapMs).toISOString() };
}
