import { badInput, forbidden } from '#kit/graphql/errors.ts';
import { memberOperations } from '#kit/neighbours/member.ts';
import { provide } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Refusal } from '#kit/user-error/user-error.ts';
import type { Actions, Parts } from './actions.ts';
import { findAddresses } from './address/queries/find-addresses.ts';
import { loadMembers } from './member/actions/load-members.ts';
import { loadPartner } from './partner/actions/load-partner.ts';
import { authenticateApiKey } from './partner/actions/partner-keys.ts';
import { rolesOf } from './partner/domain/partner.ts';
import { summaryOf } from './points/domain/account.ts';
import { openIdOf } from './session/queries/open-id-of.ts';
import { endedSessions } from './session/queries/ended-sessions.ts';
import { loadStaff } from './staff/actions/load-staff.ts';

/** The doors of this subgraph for its neighbours: see kit/neighbours/member.ts for what each promises. */
export function createOperations(parts: Parts, actions: Actions) {
  return provide(memberOperations, {
    jwks: () => parts.tokens.jwks(),

    endedSessions: ({ since }) => endedSessions(parts, since === null ? null : new Date(since)),

    async authenticateApiKey({ key }) {
      const apiKey = await authenticateApiKey(parts, key);
      if (apiKey === null) return { viewer: null };
      const { partnerId, scopes } = apiKey;
      return { viewer: { kind: 'PARTNER' as const, id: partnerId, roles: rolesOf(apiKey), scopes: [...scopes] } };
    },

    async checkoutFacts({ memberId, points = true }, call) {
      onlyOnBehalfOf(memberId, call);
      const [growth, account] = await Promise.all([
        parts.members.growthOfShopper(memberId),
        points ? parts.points.find(memberId) : null,
      ]);
      if (growth === null) return { member: null };
      const pointsSpendable = account === null ? 0 : summaryOf(account, parts.clock.now()).balance;
      return { member: { tierLevel: growth.tierLevel, pointsSpendable } };
    },

    async addressOf({ memberId, addressId }, call) {
      onlyOnBehalfOf(memberId, call);
      const [address = null] = await findAddresses(parts.books, [{ memberId, addressId }]);
      return { address };
    },

    async openIdOf({ memberId, appId }, call) {
      onlyOnBehalfOf(memberId, call);
      return { openId: await openIdOf(parts, memberId, appId, call.viewer.sessionId) };
    },

    async holdPoints(request, call) {
      onlyOnBehalfOf(request.memberId, call);
      const outcome = await actions.holdPoints(request, call.signal);
      return outcome.ok ? outcome : { ok: false as const, refusals: outcome.refusals.map(asFacts) };
    },

    releasePoints: (order, { signal }) => actions.releasePoints(order, signal),

    async loadMembers({ members }, call) {
      onlyForServices(call);
      const brought = members.map((one) => ({ ...one, createdAt: new Date(one.createdAt) }));
      return { members: await readable(() => loadMembers(parts, brought)) };
    },

    async loadStaff({ staff }, call) {
      onlyForServices(call);
      return { staffIds: await readable(() => loadStaff(parts, staff)) };
    },

    async loadPartner(partner, call) {
      onlyForServices(call);
      return readable(() => loadPartner(parts, partner));
    },
  });
}

/** A refusal as it travels. */
function asFacts({ path, ...refusal }: Refusal) {
  return path === undefined ? refusal : { ...refusal, path: [...path] };
}

/** A neighbour that acts for a member can't reach another member's data, whatever it asks. */
function onlyOnBehalfOf(memberId: string, { viewer }: Call): void {
  if (viewer.kind === 'MEMBER' && viewer.id !== memberId) throw forbidden();
}

function onlyForServices({ viewer }: Call): void {
  if (viewer.kind !== 'SYSTEM') throw forbidden();
}

/** What breaks the rules of input is told to the service that brought it. */
async function readable<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof RangeError) throw badInput(error.message);
    throw error;
  }
}
