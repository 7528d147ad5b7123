import type { FlashSaleItem, FlashTicket } from '../domain/flash-sale.ts';
import { MemberFilter } from '../domain/member-filter.ts';

/** What changes of an item; null when it is not known what. */
export type ItemChange = { readonly remaining: number } | null;

/** Where the board reads what it doesn't know. */
export interface BoardSources {
  item(itemId: string): Promise<FlashSaleItem | null>;
  /** Everybody who has or had units of an item, by the id of the member. */
  buyers(itemId: string): AsyncIterable<readonly string[]>;
}

/**
 * What this process knows of flash-sale items, so that a crowd costs the database nothing: it only ever refuses, and everything that it lets pass is
 * decided by the database. As long as the stream of changes is alive it is at most the stream's lag behind, and never more than `trustMs`; without the stream at most
 * a second.
 */
export interface ItemBoard {
  /** The item as it is known here. */
  item(itemId: string): Promise<FlashSaleItem | null>;
  /** Whether a member may have, or have had, units of an item that is sold out here: such a one may only be asking again. */
  mayHaveBought(item: FlashSaleItem, memberId: string): Promise<boolean>;
  /** Whether the tickets that a member was given here leave no room for so many units more; never for a ticket that is one of them. */
  isFull(item: FlashSaleItem, wish: Pick<FlashTicket, '_id' | 'memberId' | 'quantity'>): boolean;
  /** A member got a ticket here. */
  gave(ticket: FlashTicket): void;
  /** Somebody has read items in the database: what is free again is believed at once. */
  saw(items: Iterable<FlashSaleItem>): void;
  /** Units of it come back, or it is ended: nothing is known of it any more. */
  forget(itemId: string): void;
  /** The stream of changes is there from now on. */
  live(): void;
  changed(itemId: string, change: ItemChange): void;
  /** The stream is gone: nothing that was known counts any more. */
  lost(): void;
}

interface Known {
  readonly item: FlashSaleItem;
  readonly atMs: number;
  /** Tickets given here, by member. */
  readonly given: Map<string, Map<string, number>>;
  buyers: Promise<MemberFilter> | null;
}

const trustMs = 5_000;
const trustWithoutStreamMs = 1_000;
const mostItems = 10_000;
const mostMembersEach = 50_000;

export function createItemBoard(
  sources: BoardSources,
  { nowMs = () => performance.now() }: { nowMs?: () => number } = {},
): ItemBoard {
  const known = new Map<string, Known>();
  /** Readings under way, with what changed meanwhile: a reading may be older than a change. */
  const reading = new Map<string, { readonly item: Promise<FlashSaleItem | null>; outdated: boolean }>();
  let isLive = false;

  /** Keeps what was known beside the item as long as it has only been sold since. */
  function note(item: FlashSaleItem, before = known.get(item._id)): void {
    const isSame = before !== undefined && before.item.remaining >= item.remaining;
    const given = isSame ? before.given : new Map<string, Map<string, number>>();
    const buyers = isSame && before.item.remaining === item.remaining ? before.buyers : null;
    known.delete(item._id);
    known.set(item._id, { item, atMs: nowMs(), given, buyers });
    if (known.size > mostItems) {
      const [oldest = item._id] = known.keys();
      known.delete(oldest);
    }
  }

  async function read(itemId: string): Promise<FlashSaleItem | null> {
    const underWay = reading.get(itemId);
    if (underWay) return underWay.item;
    const begun = { item: sources.item(itemId), outdated: false };
    reading.set(itemId, begun);
    try {
      const item = await begun.item;
      if (item !== null && !begun.outdated) note(item);
      return item;
    } finally {
      reading.delete(itemId);
    }
  }

  function drop(itemId: string): void {
    known.delete(itemId);
    const underWay = reading.get(itemId);
    if (underWay) underWay.outdated = true;
  }

  function forgetAll(): void {
    known.clear();
    for (const underWay of reading.values()) underWay.outdated = true;
  }

  async function buyersOf(item: FlashSaleItem): Promise<MemberFilter> {
    const filter = new MemberFilter(item.quota);
    for await (const memberIds of sources.buyers(item._id)) for (const memberId of memberIds) filter.add(memberId);
    return filter;
  }

  return {
    async item(itemId) {
      const here = known.get(itemId);
      const isFresh = here !== undefined && nowMs() - here.atMs < (isLive ? trustMs : trustWithoutStreamMs);
      return isFresh ? here.item : read(itemId);
    },

    async mayHaveBought(item, memberId) {
      const here = known.get(item._id);
      if (here === undefined || !isLive) return true;
      here.buyers ??= buyersOf(item);
      try {
        return (await here.buyers).mayHave(memberId);
      } catch (error) {
        here.buyers = null;
        throw error;
      }
    },

    isFull({ _id, limitPerMember }, wish) {
      const tickets = known.get(_id)?.given.get(wish.memberId);
      if (!isLive || limitPerMember === null || tickets === undefined || tickets.has(wish._id)) return false;
      const units = [...tickets.values()].reduce((sum, each) => sum + each, 0);
      // Only when they fill the limit there can't be another ticket that is not known here.
      return units >= limitPerMember;
    },

    gave({ _id, itemId, memberId, quantity, status }) {
      const given = known.get(itemId)?.given;
      if (given === undefined || status === 'RETURNED' || (given.size >= mostMembersEach && !given.has(memberId)))
        return;
      const tickets = given.get(memberId) ?? new Map<string, number>();
      given.set(memberId, tickets.set(_id, quantity));
    },

    saw(items) {
      for (const item of items) {
        const here = known.get(item._id);
        if (here !== undefined && here.item.remaining < item.remaining) drop(item._id);
      }
    },

    forget: drop,

    live() {
      forgetAll();
      isLive = true;
    },

    changed(itemId, change) {
      const here = known.get(itemId);
      drop(itemId);
      const isSale = here !== undefined && change !== null && change.remaining <= here.item.remaining;
      if (isSale) note({ ...here.item, remaining: change.remaining }, here);
    },

    lost() {
      forgetAll();
      isLive = false;
    },
  };
}
