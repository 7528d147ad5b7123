import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { AddressBook } from '../domain/address-book.ts';

interface AddressBookRow {
  /** The member's id. */
  _id: string;
  version: number;
  addresses: AddressBook['addresses'][number][];
}

/** Where addresses are kept. */
export type AddressBooksStore = ReturnType<typeof createAddressBooksStore>;

/** One document per member holds all their addresses, so that their number and their default one can't go wrong. */
export function createAddressBooksStore(connection: Connection) {
  const books = defineModel<AddressBookRow>(
    connection,
    'AddressBook',
    {
      _id: { type: String, required: true },
      version: { type: Number, required: true },
      addresses: [
        {
          id: { type: String, required: true },
          recipient: { type: String, required: true },
          phone: { type: String, required: true },
          region: { type: String, required: true },
          city: { type: String, required: true },
          line: { type: String, required: true },
          postalCode: { type: String, default: null },
          isDefault: { type: Boolean, required: true },
        },
      ],
    },
    { collection: 'address_books' },
  );

  const rowTogether = gatherRow((memberIds) => rowsById(books, memberIds));

  return {
    async find(memberId: string): Promise<AddressBook | null> {
      const row = await rowTogether(memberId);
      return row === null ? null : bookOf(row);
    },

    async findMany(memberIds: readonly string[]): Promise<Map<string, AddressBook>> {
      const rows = await books
        .find({ _id: trusted({ $in: memberIds }) })
        .lean<AddressBookRow[]>()
        .exec();
      return new Map(rows.map((row) => [row._id, bookOf(row)]));
    },

    /** Writes the next version of a book. False when somebody else has written it: read it again and decide again. */
    async replace({ memberId, version, addresses }: AddressBook): Promise<boolean> {
      if (version > 1) {
        const written = await books
          .updateOne({ _id: memberId, version: version - 1 }, { $set: { version, addresses: [...addresses] } })
          .exec();
        return written.matchedCount === 1;
      }
      try {
        await books.create({ _id: memberId, version, addresses: [...addresses] });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** Adds the books of many new members. */
    async addMany(session: ClientSession, added: readonly AddressBook[]): Promise<void> {
      const rows = added.map(({ memberId, version, addresses }) => ({
        _id: memberId,
        version,
        addresses: [...addresses],
      }));
      await books.insertMany(rows, { session });
    },
  };
}

function bookOf({ _id, version, addresses }: AddressBookRow): AddressBook {
  return { memberId: _id, version, addresses };
}
