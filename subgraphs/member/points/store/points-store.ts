import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type CursorValues, type SortField } from '#kit/connection/connection.ts';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { newId } from '#kit/ids/ids.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import { mergedIntoIndex } from '../../merge/store/merged-into-index.ts';
import { emptyAccount, type LedgerEntry, type Lot, type PointsAccount, type PointsChange } from '../domain/account.ts';
import type { OrderPoints } from '../domain/order-points.ts';
import type { PointsBooks } from '../domain/points-books.ts';
import {
  accountRow,
  entryRow,
  orderPointsRow,
  type AccountRow,
  type EntryRow,
  type OrderPointsRow,
} from './points-rows.ts';

/** An entry as the ledger shows it. */
export interface StoredEntry extends LedgerEntry {
  readonly id: string;
}

/** Where points are kept. */
export type PointsStore = ReturnType<typeof createPointsStore>;

/** The ledger's order, the newest entry first. */
const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];

/**
 * One document per member holds their lots and their debt; its version makes two changes at once impossible. The ledger and what each order
 * did are written with it, in one transaction.
 */
export function createPointsStore(connection: Connection) {
  const accounts = defineModel<AccountRow>(connection, 'PointsAccount', accountRow, {
    collection: 'points_accounts',
    indexes: [{ key: { nextExpiryAt: 1 } }, mergedIntoIndex],
  });
  const entries = defineModel<EntryRow>(connection, 'PointsEntry', entryRow, {
    collection: 'points_entries',
    indexes: [{ key: { memberId: 1, _id: -1 } }],
  });
  const orders = defineModel<OrderPointsRow>(connection, 'OrderPoints', orderPointsRow, {
    collection: 'order_points',
    indexes: [{ key: { removeAt: 1 }, expireAfterSeconds: 0 }],
  });

  const accountTogether = gatherRow((memberIds) => accountsOf(memberIds, null));

  /** Accounts by the ids that they are asked by: of somebody who was merged it is the other member's. */
  async function accountsOf(
    memberIds: readonly string[],
    session: ClientSession | null,
  ): Promise<Map<string, PointsAccount>> {
    const rows = await rowsById(accounts, memberIds, session);
    const merged = [...rows.values()].flatMap(({ mergedInto }) => mergedInto ?? []);
    const survivors = merged.length === 0 ? rows : await rowsById(accounts, merged, session);
    const found = new Map<string, PointsAccount>();
    for (const [id, row] of [...survivors, ...rows]) {
      const { mergedInto } = row;
      const survivor = mergedInto === null || mergedInto === undefined ? row : survivors.get(mergedInto);
      found.set(id, survivor === undefined ? emptyAccount(mergedInto ?? id) : accountOf(survivor));
    }
    return found;
  }

  async function saveChanges(session: ClientSession, changes: readonly PointsChange[]): Promise<void> {
    const changed = changes.filter((change) => change.entries.length > 0);
    if (changed.length === 0) return;
    for (const { account } of changed) {
      const { memberId, version, lots, debt } = account;
      if (version === 1) continue;
      const written = await accounts
        .updateOne(
          { _id: memberId, version: version - 1 },
          { $set: { version, lots: [...lots], debt, nextExpiryAt: nextExpiryOf(lots) } },
          { session },
        )
        .exec();
      if (written.matchedCount !== 1) throw new Error('the points account was changed in between');
    }
    const firsts = changed.filter(({ account }) => account.version === 1);
    const rows = firsts.map(({ account: { memberId, ...rest } }) => ({
      _id: memberId,
      ...rest,
      lots: [...rest.lots],
      nextExpiryAt: nextExpiryOf(rest.lots),
      mergedInto: null,
    }));
    if (rows.length > 0) await accounts.insertMany(rows, { session });
    const written = changed.flatMap(({ account, entries: added }) =>
      added.map((entry) => ({ _id: newId('pointsEntry'), memberId: account.memberId, ...entry })),
    );
    await entries.insertMany(written, { session });
  }

  /** What orders have to do with points; those that have nothing are left out. */
  async function ordersByIds(
    ids: readonly string[],
    session: ClientSession | null = null,
  ): Promise<Map<string, OrderPoints>> {
    const rows = await rowsById(orders, ids, session);
    return new Map([...rows.values()].map((row) => [row._id, orderPointsOf(row)]));
  }

  return {
    /** A member's account; an empty one for somebody who never had points. */
    async find(memberId: string, session: ClientSession | null = null): Promise<PointsAccount> {
      const found =
        session === null ? await accountTogether(memberId) : (await accountsOf([memberId], session)).get(memberId);
      return found ?? emptyAccount(memberId);
    },

    findMany: (
      memberIds: readonly string[],
      session: ClientSession | null = null,
    ): Promise<Map<string, PointsAccount>> => accountsOf(memberIds, session),

    /** Writes that an account, whose version was `before`, has given all it had to another one, whose own change is saved besides. From now on it stands for that one. */
    async saveMerged(
      session: ClientSession,
      before: number,
      { account: { memberId: _id }, entries: given }: PointsChange,
      into: string,
    ): Promise<void> {
      const emptied = { lots: [], debt: 0, nextExpiryAt: null, mergedInto: into };
      if (before === 0) await accounts.insertMany([{ _id, version: 1, ...emptied }], { session });
      else await accounts.updateOne({ _id }, { $set: { version: before + 1, ...emptied } }, { session }).exec();
      await accounts.updateMany({ mergedInto: _id }, { $set: { mergedInto: into } }, { session }).exec();
      if (given.length === 0) return;
      await entries.insertMany(
        given.map((entry) => ({ _id: newId('pointsEntry'), memberId: _id, ...entry })),
        { session },
      );
    },

    /** Writes an account's next version with its entries. In conflict with another change the transaction begins again. */
    save: (session: ClientSession, change: PointsChange) => saveChanges(session, [change]),
    saveMany: saveChanges,

    /** What an order has to do with points; null when nothing yet. */
    async orderPoints(session: ClientSession, orderId: string): Promise<OrderPoints | null> {
      return (await ordersByIds([orderId], session)).get(orderId) ?? null;
    },

    ordersByIds,

    /** Writes everything that a transaction has changed. In conflict with another change the transaction begins again. */
    async saveBooks(
      session: ClientSession,
      { accounts: changes, orders: records }: ReturnType<PointsBooks['changes']>,
    ) {
      await saveChanges(session, changes);
      if (records.length === 0) return;
      await rowsOf(orders).bulkWrite(
        records.map(({ order: { orderId, memberId, tender, earning }, removeAt }) => ({
          updateOne: {
            filter: { _id: orderId },
            update: { $set: { memberId, tender, earning, removeAt } },
            upsert: true,
          },
        })),
        { session },
      );
    },

    /** Writes what an order has to do with points. With `removeAt` it is forgotten then. */
    async saveOrderPoints(
      session: ClientSession,
      { orderId, memberId, tender, earning }: OrderPoints,
      removeAt: Date | null = null,
    ): Promise<void> {
      await orders
        .updateOne({ _id: orderId }, { $set: { memberId, tender, earning, removeAt } }, { session, upsert: true })
        .exec();
    },

    /** A member and all who were merged into them: what happened to their points stays written under the id that it happened to. */
    async idsOf(memberId: string): Promise<string[]> {
      const rows = await accounts.find({ mergedInto: memberId }, { _id: 1 }).lean<Pick<AccountRow, '_id'>[]>().exec();
      return [memberId, ...rows.map(({ _id }) => _id)];
    },

    /** A page of the ledger of these members, the newest entry first. */
    async page(memberIds: readonly string[], first: number, after: CursorValues | null): Promise<StoredEntry[]> {
      const rows = await entries
        .find({ memberId: trusted({ $in: memberIds }), ...keysetFilter(newestFirst, after) })
        .sort(sortOf(newestFirst))
        .limit(first)
        .lean<EntryRow[]>()
        .exec();
      return rows.map(storedEntryOf);
    },

    async countEntries(memberIds: readonly string[]): Promise<number> {
      return entries.countDocuments({ memberId: trusted({ $in: memberIds }) }).exec();
    },

    /** Members with points that expired by `now` and are still in their lots, those who wait longest first. */
    async dueForExpiry(now: Date, limit: number): Promise<string[]> {
      const rows = await accounts
        .find({ nextExpiryAt: trusted({ $lte: now }) })
        .sort({ nextExpiryAt: 1 })
        .limit(limit)
        .select({ _id: 1 })
        .lean<Pick<AccountRow, '_id'>[]>()
        .exec();
      return rows.map(({ _id }) => _id);
    },
  };
}

/** When available points expire next; null when none are available. Frozen ones wait for their order. */
function nextExpiryOf(lots: readonly Lot[]): Date | null {
  const times = lots.filter(({ available }) => available > 0).map(({ expiresAt }) => expiresAt.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function accountOf({ _id, version, lots, debt }: AccountRow): PointsAccount {
  return { memberId: _id, version, lots, debt };
}

function orderPointsOf({ _id, memberId, tender, earning }: OrderPointsRow): OrderPoints {
  // Before attempts were counted, an order had one.
  return { orderId: _id, memberId, tender: tender && { ...tender, attempt: tender.attempt ?? 1 }, earning };
}

function storedEntryOf({ _id, kind, lotId, available, frozen, debt, cause, at }: EntryRow): StoredEntry {
  return { id: _id, kind, lotId, available, frozen, debt, cause, at };
}
