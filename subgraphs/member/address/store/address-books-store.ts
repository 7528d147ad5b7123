import type { ClientSession, Connection } from 'mongoose';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { createNextVersions } from '#kit/group-commit/next-versions.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { joinedBook, type AddressBook } from '../domain/address-book.ts';

interface AddressBookRow {
  /** The member's id. */
  _id: string;
  version: number;
  /** The sealed addresses as JSON. */
  addresses: string;
}

/** Where addresses are kept. */
export type AddressBooksStore = ReturnType<typeof createAddressBooksStore>;

/** One document per member holds all their addresses, sealed as one, so that their number and their default one can't go wrong. */
export function createAddressBooksStore(connection: Connection, personalData: PersonalData) {
  const books = defineModel<AddressBookRow>(
    connection,
    'AddressBook',
    {
      _id: { type: String, required: true },
      version: { type: Number, required: true },
      addresses: { type: String, required: true },
    },
    { collection: 'address_books' },
  );

  const rowsTogether = gatherKeys((memberIds) => rowsById(books, memberIds));
  const addTogether = createInserts(() => rowsOf(books));
  const replaceTogether = createNextVersions(connection, () => rowsOf(books));
  const placeOf = (memberId: string) => ({ owner: memberId, field: 'address_books.addresses' });

  async function bookOf({ _id, version, addresses }: AddressBookRow): Promise<AddressBook> {
    const opened = await personalData.open(addresses, placeOf(_id));
    return { memberId: _id, version, addresses: opened === null ? [] : JSON.parse(opened) };
  }

  async function rowOf({ memberId, version, addresses }: AddressBook): Promise<AddressBookRow> {
    const sealed = await personalData.seal(JSON.stringify(addresses), placeOf(memberId));
    return { _id: memberId, version, addresses: sealed };
  }

  return {
    async find(memberId: string): Promise<AddressBook | null> {
      const row = (await rowsTogether([memberId])).get(memberId);
      return row === undefined ? null : bookOf(row);
    },

    async findMany(memberIds: readonly string[]): Promise<Map<string, AddressBook>> {
      const rows = await rowsTogether(memberIds);
      const found = await Promise.all([...rows.values()].map(bookOf));
      return new Map(found.map((book) => [book.memberId, book]));
    },

    /** Writes the next version of a book. False when somebody else has written it: read it again and decide again. */
    async replace(book: AddressBook): Promise<boolean> {
      const row = await rowOf(book);
      return row.version > 1 ? replaceTogether(row) : (await addTogether(row)) === null;
    },

    /** Moves all addresses of one member into another's book. Another change of one of the books makes the transaction begin again. */
    async moveAll(session: ClientSession, from: string, into: string): Promise<void> {
      const found = await rowsById(books, [from, into], session);
      const brought = found.get(from);
      if (brought === undefined) return;
      await books.deleteOne({ _id: from }, { session }).exec();
      const own = found.get(into);
      const before = own === undefined ? { memberId: into, version: 0, addresses: [] } : await bookOf(own);
      const { _id, version, addresses } = await rowOf(joinedBook(before, await bookOf(brought)));
      await books.updateOne({ _id }, { $set: { version, addresses } }, { session, upsert: true }).exec();
    },

    /** Adds the books of many new members. */
    async addMany(session: ClientSession, added: readonly AddressBook[]): Promise<void> {
      await books.insertMany(await Promise.all(added.map(rowOf)), { session });
    },

    async remove(session: ClientSession, memberId: string): Promise<void> {
      await books.deleteOne({ _id: memberId }, { session }).exec();
    },
  };
}
