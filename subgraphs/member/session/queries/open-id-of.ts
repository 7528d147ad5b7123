import type { IdentitiesStore } from '../store/identities-store.ts';
import type { SessionsStore } from '../store/sessions-store.ts';

/**
 * How WeChat calls somebody inside one of our apps, for them to pay; null when they never signed in there. Who turned out to be two members may have two names there: then it is the one that
 * their session was begun by, since only that one can pay now.
 */
export async function openIdOf(
  {
    identities,
    sessions,
  }: {
    readonly identities: Pick<IdentitiesStore, 'openIdsOf'>;
    readonly sessions: Pick<SessionsStore, 'recognisedBy'>;
  },
  memberId: string,
  appId: string,
  sessionId: string | null,
): Promise<string | null> {
  const known = await identities.openIdsOf(memberId, appId);
  const [first] = known;
  if (first === undefined || known.length === 1 || sessionId === null) return first?.openId ?? null;
  const recognisedBy = await sessions.recognisedBy(sessionId);
  return (known.find(({ index }) => index === recognisedBy) ?? first).openId;
}
