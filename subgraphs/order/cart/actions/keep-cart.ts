import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#kit/clock/clock.ts';
import { busy } from '#kit/graphql/errors.ts';
import { isDuplicateKey, type Session, type Transact } from '#kit/mongo/transaction.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../caller.ts';
import { joined, withoutBought, type Cart, type CartContent } from '../domain/cart.ts';
import { createEditsInTurn } from '../edits-in-turn.ts';
import type { Carts } from '../store/carts.ts';

/** 192 random bits: a guest's cart is reached by its id alone. */
function newCartId(): string {
  return `crt_${randomBytes(24).toString('base64url')}`;
}

interface CartKeeping {
  readonly carts: Carts;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** What becomes of what a cart holds. */
type CartEdit = (content: CartContent) => Outcome<CartContent>;

/** Two edits of one cart rarely meet; a hundred in a row mean that somebody does it on purpose. */
const mostAttempts = 100;

/** Lines of a cart, or pieces of them, that an order is for. */
export interface BoughtFromCart {
  readonly cartId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
  /** Of the cart when these were all its lines: as long as it is this one, nothing stays in it. */
  readonly version?: number;
}

/** Among several carts is one that isn't as it was: each is to be looked at alone. */
class NotAllUnchanged extends Error {}

/** Finds, opens, edits and joins carts, and decides whose they are. */
export function createCartKeeper({ carts, transact, clock }: CartKeeping) {
  const inTurn = createEditsInTurn();

  function newCart({ memberId, channel }: Shopper, content: CartContent): Cart {
    const now = clock.now();
    return { _id: newCartId(), memberId, channel, ...content, version: 1, createdAt: now, updatedAt: now };
  }

  /** Moves a guest's lines into the member's cart of the same channel; null when there is no such guest cart (any more). */
  async function join(session: Session, memberId: string, guestCartId: string): Promise<Cart | null> {
    const guest = await carts.byId(guestCartId, session);
    if (guest === null || guest.memberId !== null) return null;
    const own = await carts.ofMember(memberId, guest.channel, session);
    if (own === null) return carts.adopt(guest, memberId, { id: newCartId(), at: clock.now() }, session);
    await carts.removeGuest(guest, session);
    return carts.save(own, joined(own, guest), clock.now(), session);
  }

  /** Moves one member's carts to another one, who turned out to be the same person: as a guest's joins at sign-in. Answers how many. */
  async function joinAll(session: Session, from: string, into: string): Promise<number> {
    const theirs = await carts.allOf(from, session);
    for (const cart of theirs) {
      const own = await carts.ofMember(into, cart.channel, session);
      if (own === null) await carts.give(cart, into, session);
      else {
        await carts.remove(cart, session);
        await carts.save(own, joined(own, cart), clock.now(), session);
      }
    }
    return theirs.length;
  }

  /**
   * The cart that a shopper means, if it is theirs. Without an id: the member's in this channel. A guest's cart that a member names joins the member's own.
   * Null for unknown ids, other members' carts and other channels' carts.
   */
  async function find(shopper: Shopper, cartId: string | null): Promise<Cart | null> {
    const { memberId, channel } = shopper;
    if (cartId === null) return memberId === null ? null : carts.ofMember(memberId, channel);
    const cart = await carts.reached(cartId, memberId);
    if (cart === null || cart.channel !== channel) return null;
    if (memberId === null || cart.memberId === memberId) return cart;
    const own = await joinNow(memberId, cartId);
    return own ?? carts.ofMember(memberId, channel);
  }

  /** Two first touches at once may both open the member's cart: the unique index lets one of them, and the other finds it. */
  async function joinNow(memberId: string, guestCartId: string): Promise<Cart | null> {
    try {
      return await transact((session) => join(session, memberId, guestCartId));
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return transact((session) => join(session, memberId, guestCartId));
    }
  }

  /** Applies an edit to what the cart holds when it is stored, however many edits arrive at once. `path` is where the input names the cart. */
  async function edit(cart: Cart, path: readonly string[], decide: CartEdit): Promise<Outcome<Cart>> {
    return inTurn(cart._id, async (waited) => {
      let current = waited ? await carts.byId(cart._id) : cart;
      for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
        // It joined another cart meanwhile.
        if (current === null) return refused(notFound(path, 'cart'));
        const decided = decide(current);
        if (!decided.ok) return decided;
        const saved = await carts.save(current, decided.value, clock.now());
        if (saved !== null) return accepted(saved);
        await pause(Math.random() * Math.min(attempt, 10));
        current = await carts.byId(cart._id);
      }
      throw busy(200);
    });
  }

  return {
    find,
    join,
    joinAll,

    edit,

    /** Applies an edit to the cart that a shopper means (`cartId` in the input); who names none and has none gets a new one that holds the result. */
    async editOrOpen(shopper: Shopper, cartId: string | null, decide: CartEdit): Promise<Outcome<Cart>> {
      const found = await find(shopper, cartId);
      if (found !== null) return edit(found, ['cartId'], decide);
      if (cartId !== null) return refused(notFound(['cartId'], 'cart'));
      const decided = decide({ lines: [], couponCodes: [] });
      if (!decided.ok) return decided;
      const cart = newCart(shopper, decided.value);
      const opened = await carts.open(cart);
      return opened._id === cart._id ? accepted(cart) : edit(opened, ['cartId'], decide);
    },

    /**
     * Takes what was bought out of carts, in the transaction that confirms the orders; false when one doesn't hold that any more, and the transaction must not be
     * committed then. One write for any number of carts that are as they were when they were ordered; one that isn't ends the transaction unless it is the only one.
     */
    async takeBought(session: Session, bought: readonly BoughtFromCart[]): Promise<boolean> {
      if (bought.length === 0) return true;
      const whole = bought.flatMap(({ cartId, version }) => (version === undefined ? [] : { cartId, version }));
      if (whole.length === bought.length) {
        if ((await carts.emptyAll(session, whole, clock.now())) === whole.length) return true;
        if (whole.length > 1) throw new NotAllUnchanged('a cart was changed while it was ordered');
      }
      const found = await carts.byIds(
        session,
        bought.map(({ cartId }) => cartId),
      );
      const left = new Map<string, Cart>();
      for (const { cartId, lines } of bought) {
        const cart = left.get(cartId) ?? found.get(cartId);
        const content = cart && withoutBought(cart, lines);
        if (!cart || !content) return false;
        left.set(cartId, { ...cart, ...content });
      }
      return carts.saveAll(session, [...left.values()], clock.now());
    },
  };
}

export type CartKeeper = ReturnType<typeof createCartKeeper>;
