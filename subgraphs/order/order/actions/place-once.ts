import type { Answering } from '#kit/idempotency/idempotency.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { PlainTerms } from '../domain/draft-order.ts';
import type { Order } from '../domain/order.ts';
import type { PlacingSaga } from '../steps/place-by-saga.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Orders } from '../store/orders.ts';

interface PlaceOnceParts {
  readonly once: Once;
  readonly saga: PlacingSaga;
  readonly orders: Orders;
  readonly privacy: Pick<OrderPrivacy, 'prepare'>;
}

/** What a member asks for, and how. */
export interface Placement {
  /** The mutation that asks. */
  readonly operation: string;
  readonly idempotencyKey: string;
  /** Everything that makes it this wish: the same key with another is a conflict. */
  readonly input: object;
}

/** An order that was placed for a call. */
export interface Placed {
  readonly order: Order;
  /** By this very call, so that nobody has done anything to it yet. */
  readonly isNew: boolean;
}

/** What is recorded as the answer of a call that placed an order. */
export const answerOf = (orderId: string): Outcome<string> => accepted(orderId);

export type PlaceOnce = ReturnType<typeof createPlaceOnce>;

/**
 * Places an order for a member, once for each key: a repeated call finds what the first one did, however far that came. Nearly every call is a first one, so its terms are asked for, and
 * the key that seals its address is made, while the idempotency row is written: both decide nothing. A repeated call that finds nothing asks for terms of its own.
 */
export function createPlaceOnce({ once, saga, orders, privacy }: PlaceOnceParts) {
  return async function placeOnce(
    { operation, idempotencyKey: key, input }: Placement,
    { memberId: caller, channel }: Member,
    call: Call,
    termsOf: () => Promise<Outcome<PlainTerms>>,
  ): Promise<Outcome<Placed>> {
    async function prepared(): Promise<Outcome<PlainTerms>> {
      const [terms] = await Promise.all([termsOf(), privacy.prepare(caller)]);
      return terms;
    }

    const early = prepared();
    // Whoever turns out to be no first call doesn't look at it.
    early.catch(() => undefined);

    async function place(placementId: string, isFirst: boolean, answering?: Answering): Promise<Outcome<Order>> {
      const resumed = isFirst ? null : await saga.resume(placementId, 'member', call, { alone: true });
      if (resumed !== null) return resumed;
      const terms = await (isFirst ? early : prepared());
      return terms.ok ? saga.place(placementId, terms.value, { actor: 'member', answering }, call) : terms;
    }

    /** As it was placed now, by this call or by an earlier one that this one finished; any other is read. */
    let placed = null as Placed | null;
    const done = await once(
      { caller, operation, key, input: { ...input, channel }, subject: 'request' },
      async (placementId, isFirst, answering) => {
        const outcome = await place(placementId, isFirst === true, answering);
        if (!outcome.ok) return outcome;
        placed = { order: outcome.value, isNew: isFirst === true };
        return answerOf(outcome.value._id);
      },
    );
    if (!done.ok) return done;
    if (placed?.order._id === done.value) return accepted(placed);
    const order = await orders.byId(done.value);
    if (order === null) throw new Error(`the order ${done.value} is gone`);
    return accepted({ order, isNew: false });
  };
}
