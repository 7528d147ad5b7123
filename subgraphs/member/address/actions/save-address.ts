import { busy } from '#kit/graphql/errors.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import {
  readAddress,
  withoutAddress,
  withSaved,
  type Address,
  type AddressBook,
  type AddressDraft,
} from '../domain/address-book.ts';
import type { AddressBooksStore } from '../store/address-books-store.ts';

/** What changing addresses needs. */
export interface AddressParts {
  readonly books: AddressBooksStore;
}

/** Somebody who changes their book from several devices at once gets their turn within so many looks. */
const mostLooks = 8;

/**
 * Adds an address to the member's own (`id` null) or changes one. Refuses with INVALID_INPUT for each field that can't be used, NOT_FOUND for an
 * address that isn't theirs, TOO_MANY_ADDRESSES.
 */
export async function saveAddress(
  { books }: AddressParts,
  memberId: string,
  input: AddressDraft & { readonly id?: string | null; readonly isDefault?: boolean | null },
): Promise<Outcome<Address>> {
  const read = readAddress(input);
  if (!read.ok) return read;
  const save = { ...read.value, id: input.id ?? null, isDefault: input.isDefault ?? false };
  const saved = await changeBook(books, memberId, (book) => withSaved(book, save));
  return saved.ok ? accepted(saved.value.address) : saved;
}

/** Removes one of the member's own addresses and answers the book that is left. Refuses with NOT_FOUND. */
export async function removeAddress(
  { books }: AddressParts,
  memberId: string,
  id: string,
): Promise<Outcome<AddressBook>> {
  const removed = await changeBook(books, memberId, (book) => withoutAddress(book, id));
  return removed.ok ? accepted(removed.value.book) : removed;
}

/** Decides on the newest version of the book and writes the next one; decides again when somebody else wrote in between. */
async function changeBook<T extends { readonly book: AddressBook }>(
  books: AddressBooksStore,
  memberId: string,
  decide: (book: AddressBook) => Outcome<T>,
): Promise<Outcome<T>> {
  for (let look = 1; look <= mostLooks; look += 1) {
    const book = (await books.find(memberId)) ?? { memberId, version: 0, addresses: [] };
    const decided = decide(book);
    if (!decided.ok || (await books.replace(decided.value.book))) return decided;
  }
  throw busy(500);
}
