import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { ShareTransaction } from '#kit/group-commit/shared-transaction.ts';
import type { Answering, AnswerPlace } from '#kit/idempotency/idempotency.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidState, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { BoughtFromCart } from '../../cart/actions/keep-cart.ts';
import { draftOrder, type PlainTerms } from '../domain/draft-order.ts';
import { confirm, pay, type Mover } from '../domain/order-changes.ts';
import { numbersPerDay, orderNumber } from '../domain/order-number.ts';
import type { Actor, Order, StepState } from '../domain/order.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Orders } from '../store/orders.ts';
import type { PlacingStep } from './placing-step.ts';

/** What confirming an order touches outside its own document, in the same transaction. */
export interface Confirmation {
  /** Takes what was bought out of carts; false when somebody ordered something of it meanwhile. */
  takeFromCarts(session: Session, carts: readonly BoughtFromCart[]): Promise<boolean>;
  /** Records for the calls that placed orders that these are their answers; false when one of them can't be sure. */
  recordAnswers(
    session: Session,
    placed: readonly { readonly place: AnswerPlace; readonly orderId: string }[],
  ): Promise<boolean>;
  /** Records the money that somebody else has received for the order. */
  recordPaidElsewhere(session: Session, order: Order): Promise<void>;
}

interface SagaParts {
  readonly orders: Orders;
  readonly privacy: Pick<OrderPrivacy, 'sealDelivery'>;
  readonly steps: readonly PlacingStep[];
  readonly confirmation: Confirmation;
  readonly share: ShareTransaction;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Longer than all that a living saga does: calls of 3 s in parallel and two writes of 5 s. */
const leaseMs = 15_000;
const mostNumbers = 5;
const waitForTwinMs = 8_000;

/** A draft that has everything it needs. */
interface Confirming {
  readonly order: Order;
  readonly cart: BoughtFromCart | null;
  readonly mover: Mover;
  /** Of the call that places it, if it is one that is answered once. */
  readonly answering: Answering | undefined;
}

/** An order after its confirmation. */
interface Confirmed {
  readonly order: Order;
  /** Whether the answers of the calls that placed it and others with it were recorded with it. */
  readonly isAnswered: boolean;
}

/** The cart was ordered by another call while this one was at work. */
class CartGone extends Error {}
/** Somebody with a later fence decides about this placing now. */
class Superseded extends Error {}

export type PlacingSaga = ReturnType<typeof createPlacingSaga>;

/**
 * Places orders: the draft is written with its steps, everything it needs is held in parallel, and then it is confirmed, or undone in reverse. The
 * outcome is decided by one conditional write to the order itself, so that whoever comes after a crash, a retry of the same call or the resume
 * job, can finish or undo what it finds, and nobody can do both.
 */
export function createPlacingSaga({ orders, privacy, steps, confirmation, share, clock, log }: SagaParts) {
  const leaseEnd = () => new Date(clock.now().getTime() + leaseMs);
  const stepsOf = (order: Order) => steps.filter((step) => step.applies(order));
  const fenceOf = (order: Order) => order.placing?.fence ?? 0;

  /** Writes the draft under a free number; null when the same placement has a living order already. */
  async function writeDraft(placementId: string, terms: PlainTerms): Promise<Order | null> {
    const id = newId('order');
    const agreed = { ...terms, ...(await privacy.sealDelivery({ _id: id, memberId: terms.memberId }, terms)) };
    for (let attempt = 0; attempt < mostNumbers; attempt += 1) {
      const number = orderNumber(terms.placedAt, randomInt(numbersPerDay));
      const draft = draftOrder(id, number, agreed, { placementId, leaseUntil: leaseEnd() }, []);
      const named = stepsOf(draft).map((step) => ({ name: step.name, state: 'PENDING' as const }));
      const order = { ...draft, placing: draft.placing && { ...draft.placing, steps: named } };
      await crashPoint('order.placing.before-draft');
      const clash = await orders.insertDraft(order);
      await crashPoint('order.placing.draft-written');
      if (clash === null) return order;
      if (clash === 'PLACEMENT') return null;
    }
    throw busy(1_000);
  }

  /** Confirms orders and, where nothing is to be paid (any more), pays them in the same transaction. */
  const confirmTogether = share<Confirming, Confirmed>({
    keysOf: ({ order, cart }) => (cart === null ? [order._id] : [order._id, cart.cartId]),
    async run(session, confirmings) {
      const placed = await orders.changeAll(
        session,
        confirmings.map(({ order, mover }) => ({ id: order._id, made: confirm(mover), fence: fenceOf(order) })),
      );
      if (placed === null) throw new Superseded();
      const carts = confirmings.flatMap(({ cart }) => cart ?? []);
      if (!(await confirmation.takeFromCarts(session, carts))) throw new CartGone();
      await crashPoint('order.placing.before-confirm');
      const confirmed: Order[] = [];
      for (const [index, { mover }] of confirmings.entries()) {
        confirmed.push(await payAtOnce(session, placed[index] as Order, mover));
      }
      const answers = confirmings.flatMap(({ order, answering }) =>
        answering === undefined ? [] : { place: answering.place, orderId: order._id },
      );
      const isAnswered = answers.length > 0 && (await confirmation.recordAnswers(session, answers));
      return confirmed.map((order) => ({ order, isAnswered }));
    },
    async alreadyDone({ order }) {
      const stored = await orders.byId(order._id);
      return stored?.visible === true && stored.placing?.fence === fenceOf(order)
        ? { order: stored, isAnswered: false }
        : undefined;
    },
  });

  async function payAtOnce(session: Session, order: Order, mover: Mover): Promise<Order> {
    const paidElsewhere = order.placing?.paidElsewhere === true;
    if (!paidElsewhere && order.totalMinor > 0) return order;
    const paid = await orders.change(session, order._id, pay(order, mover));
    if (paid === null) throw new Superseded();
    if (paidElsewhere) await confirmation.recordPaidElsewhere(session, paid);
    return paid;
  }

  async function confirmNow(order: Order, actor: Actor, answering?: Answering): Promise<Order> {
    await crashPoint('order.placing.held');
    const mover = { at: clock.now(), actor };
    const confirmed = await confirmTogether({ order, cart: order.placing?.cart ?? null, mover, answering });
    if (confirmed.isAnswered) answering?.committed();
    await crashPoint('order.placing.confirmed');
    return confirmed.order;
  }

  /** Gives back whatever was held, last step first, and frees the placement. Safe to repeat. */
  async function undoAll(order: Order, call: Call): Promise<void> {
    const undone: { name: string; state: StepState }[] = [];
    for (const step of stepsOf(order).toReversed()) {
      await step.undo(order, call);
      undone.unshift({ name: step.name, state: 'UNDONE' });
    }
    await crashPoint('order.placing.given-back');
    await orders.abandon(order._id, undone);
    await crashPoint('order.placing.abandoned');
  }

  /** Decides for undoing and does it; throws Superseded when somebody else decides. */
  async function giveUp(
    order: Order,
    states: readonly StepState[],
    refusals: readonly Refusal[],
    call: Call,
  ): Promise<void> {
    const named = stepsOf(order).map((step, index) => ({ name: step.name, state: states[index] ?? 'PENDING' }));
    if (!(await orders.decideUndo(order._id, fenceOf(order), { steps: named, refusals }))) throw new Superseded();
    await crashPoint('order.placing.undo-decided');
    await undoAll(order, call);
  }

  /** Brings a draft to its end from wherever it is; every step may have been done before. */
  async function finish(order: Order, actor: Actor, call: Call, answering?: Answering): Promise<Outcome<Order>> {
    const settled = await Promise.allSettled(stepsOf(order).map((step) => step.hold(order, call)));
    const states = settled.map((result): StepState =>
      result.status === 'rejected' ? 'PENDING' : result.value.ok ? 'DONE' : 'REFUSED',
    );
    const refusals = settled.flatMap((result) =>
      result.status === 'fulfilled' && !result.value.ok ? result.value.refusals : [],
    );
    if (refusals.length > 0) {
      await giveUp(order, states, refusals, call);
      return refused(...refusals);
    }
    const failure = settled.find((result) => result.status === 'rejected');
    if (failure !== undefined) {
      await giveUp(order, states, [], call);
      throw failure.reason;
    }
    try {
      return accepted(await confirmNow(order, actor, answering));
    } catch (error) {
      if (!(error instanceof CartGone)) throw error;
      const taken = invalidState(['cartId'], { state: 'ORDERED' });
      await giveUp(order, states, [taken], call);
      return refused(taken);
    }
  }

  /** What became of a draft that somebody else decides about: waits for its end. */
  async function outcomeOfTwin(id: string): Promise<Outcome<Order>> {
    const deadline = performance.now() + waitForTwinMs;
    for (;;) {
      const order = await orders.byId(id);
      if (order?.visible === true) return accepted(order);
      if (order?.status === 'ABANDONED' && order.placing && order.placing.refusals.length > 0)
        return refused(...order.placing.refusals);
      if (order?.status !== 'PLACING' || performance.now() > deadline) throw busy(1_000);
      await pause(50);
    }
  }

  async function unlessSuperseded(id: string, work: () => Promise<Outcome<Order>>): Promise<Outcome<Order>> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Superseded) return outcomeOfTwin(id);
      throw error;
    }
  }

  return {
    /**
     * The living order of a placement, brought to its end if a crash or a lost answer left it half done; null when there is none. With `alone` the
     * caller is sure that nobody else works on it now (it holds the idempotency row); without, a living twin is waited for.
     */
    async resume(
      placementId: string,
      actor: Actor,
      call: Call,
      { alone }: { alone: boolean },
    ): Promise<Outcome<Order> | null> {
      const found = await orders.byPlacement(placementId);
      if (found === null) return null;
      if (found.visible) return accepted(found);
      const order = await orders.takeOver(found._id, leaseEnd(), alone ? undefined : clock.now());
      if (order === null) return outcomeOfTwin(found._id);
      if (order.placing?.decision !== 'UNDO') return unlessSuperseded(order._id, () => finish(order, actor, call));
      await undoAll(order, call);
      return null;
    },

    /**
     * Places an order under these terms: as it then is, or why it can't be placed. When nobody can tell, nothing is left held and it throws. With `answering` the
     * order's id is recorded as the call's answer with the confirmation itself, where that is certain.
     */
    async place(
      placementId: string,
      terms: PlainTerms,
      { actor, answering }: { readonly actor: Actor; readonly answering?: Answering | undefined },
      call: Call,
    ): Promise<Outcome<Order>> {
      const order = await writeDraft(placementId, terms);
      if (order === null) {
        const twin = await orders.byPlacement(placementId);
        if (twin === null) throw busy(1_000);
        return outcomeOfTwin(twin._id);
      }
      return unlessSuperseded(order._id, () => finish(order, actor, call, answering));
    },

    /**
     * Undoes a placing that nobody works on any more: its caller has never been told of an order, and gets a new one by asking again. False when somebody
     * was faster.
     */
    async undoStale(id: string, call: Call): Promise<boolean> {
      const order = await orders.takeOver(id, leaseEnd(), clock.now());
      if (order === null) return false;
      try {
        if (order.placing?.decision === 'UNDO') await undoAll(order, call);
        else await giveUp(order, [], [], call);
        log.warn({ orderId: id, fence: fenceOf(order) }, 'a placing that was left behind was undone');
        return true;
      } catch (error) {
        if (error instanceof Superseded) return false;
        throw error;
      }
    },
  };
}
