import type { OrderAddress } from '../order/domain/order.ts';
import { refuseIfOver, type OfAttempt } from './attempts.ts';
import type { Neighbourhood } from './neighbourhood.ts';

type State = Pick<Neighbourhood, 'addresses' | 'points' | 'holds' | 'openIds'>;
type WantedAddress = { memberId: string; addressId: string | null };

function addressIn({ addresses }: State, { memberId, addressId }: WantedAddress): OrderAddress | null {
  const own = [...addresses].filter(([, entry]) => entry.memberId === memberId);
  const found = own.find(([id, entry]) => (addressId === null ? entry.isDefault : id === addressId));
  return found?.[1].address ?? null;
}

/** How member answers about addresses and points, in memory. */
export function memberHandlers(here: State) {
  const { points, holds, openIds } = here;
  function joinHolds(wanted: OfAttempt & { memberId: string; points: number }, joining: string) {
    const [own, other] = [holds.get(wanted.orderId), holds.get(joining)];
    const held = { ok: true, value: { held: wanted.points } };
    if (own?.attempt === wanted.attempt && own.points === wanted.points) return held;
    const sum = (own?.state === 'HELD' ? own.points : 0) + (other?.state === 'HELD' ? other.points : 0);
    if (sum !== wanted.points) {
      return { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'UNKNOWN' }] };
    }
    const { orderId, ...holding } = wanted;
    holds.set(orderId, { ...holding, state: 'HELD' });
    holds.set(joining, { attempt: 1, state: 'RELEASED', memberId: wanted.memberId, points: 0 });
    return held;
  }
  return {
    'member.openIdOf': ({ memberId, appId }: { memberId: string; appId: string }) => ({
      openId: openIds.get(`${appId} ${memberId}`) ?? null,
    }),
    'member.checkoutFacts': ({ memberId }: { memberId: string }) => ({
      member: { tierLevel: 0, pointsSpendable: points.get(memberId) ?? 0 },
    }),
    'member.addressOf': (wanted: WantedAddress) => ({ address: addressIn(here, wanted) }),
    'member.addressesOf': ({ wanted }: { wanted: WantedAddress[] }) => ({
      addresses: wanted.map((one) => addressIn(here, one)),
    }),
    'member.holdPoints': ({
      memberId,
      orderId,
      attempt,
      points: asked,
      joining,
    }: OfAttempt & { memberId: string; points: number; joining?: string }) => {
      const hold = holds.get(orderId);
      refuseIfOver('member', hold, attempt);
      if (joining !== undefined) return joinHolds({ orderId, attempt, memberId, points: asked }, joining);
      const held = hold?.state === 'HELD';
      const available = points.get(memberId) ?? 0;
      if (held && hold.attempt < attempt) points.set(memberId, available + hold.points - asked);
      if (!held && available < asked) {
        const refusal = { type: 'InsufficientPointsError', code: 'INSUFFICIENT_POINTS', requested: asked, available };
        return { ok: false, refusals: [refusal] };
      }
      if (!held) points.set(memberId, available - asked);
      holds.set(orderId, { attempt, state: 'HELD', memberId, points: asked });
      return { ok: true, value: { held: asked } };
    },
    'member.releasePoints': ({ orderId, attempt }: OfAttempt) => {
      const held = holds.get(orderId);
      if (held && held.attempt > attempt) return { released: 0 };
      const released = held?.state === 'HELD' ? held.points : 0;
      if (held && released > 0) points.set(held.memberId, (points.get(held.memberId) ?? 0) + released);
      holds.set(orderId, { attempt, state: 'RELEASED', memberId: held?.memberId ?? '', points: 0 });
      return { released };
    },
  };
}
