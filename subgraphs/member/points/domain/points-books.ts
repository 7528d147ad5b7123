import { emptyAccount, type LedgerEntry, type PointsAccount, type PointsChange } from './account.ts';
import type { OrderPoints } from './order-points.ts';

/** What an order has to do with points from now on; with `removeAt` it is forgotten then. */
export interface OrderRecord {
  readonly order: OrderPoints;
  readonly removeAt: Date | null;
}

/**
 * The accounts and orders of one transaction: decisions are made on them one after the other, then what has changed is written, each account and each
 * order once.
 */
export class PointsBooks {
  readonly #accounts: ReadonlyMap<string, PointsAccount>;
  readonly #orders: ReadonlyMap<string, OrderPoints>;
  readonly #changed = new Map<string, { account: PointsAccount; entries: LedgerEntry[] }>();
  readonly #recorded = new Map<string, OrderRecord>();

  constructor(accounts: ReadonlyMap<string, PointsAccount>, orders: ReadonlyMap<string, OrderPoints>) {
    this.#accounts = accounts;
    this.#orders = orders;
  }

  /** A member's account as it is by now; an empty one for somebody who never had points. Of somebody who was merged into another member it is that one's. */
  account(memberId: string): PointsAccount {
    const before = this.#before(memberId);
    return this.#changed.get(before.memberId)?.account ?? before;
  }

  /** What an order has to do with points by now, under the member whose account it moves; null when nothing yet. */
  order(orderId: string): OrderPoints | null {
    const known = this.#recorded.get(orderId)?.order ?? this.#orders.get(orderId) ?? null;
    if (known === null) return null;
    const { memberId } = this.#before(known.memberId);
    return memberId === known.memberId ? known : { ...known, memberId };
  }

  change({ account, entries }: PointsChange): void {
    const { memberId } = account;
    // However many changes it makes in one transaction, an account is written once.
    const version = this.#before(memberId).version + (entries.length > 0 || this.#changed.has(memberId) ? 1 : 0);
    const before = this.#changed.get(memberId)?.entries ?? [];
    this.#changed.set(memberId, { account: { ...account, version }, entries: [...before, ...entries] });
  }

  record(order: OrderPoints, removeAt: Date | null = null): void {
    this.#recorded.set(order.orderId, { order, removeAt });
  }

  changes(): { readonly accounts: readonly PointsChange[]; readonly orders: readonly OrderRecord[] } {
    return { accounts: [...this.#changed.values()], orders: [...this.#recorded.values()] };
  }

  #before(memberId: string): PointsAccount {
    return this.#accounts.get(memberId) ?? emptyAccount(memberId);
  }
}
