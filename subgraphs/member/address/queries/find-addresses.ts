import type { AddressFacts } from '#kit/neighbours/shapes.ts';
import type { AddressBook } from '../domain/address-book.ts';
import type { AddressBooksStore } from '../store/address-books-store.ts';

/** Which of whose addresses; `addressId` null for the member's default one. */
export interface WantedAddress {
  readonly memberId: string;
  readonly addressId: string | null;
}

/** Addresses of members by one query, in the order in which they are wanted; null for one that isn't there or is somebody else's. */
export async function findAddresses(
  books: Pick<AddressBooksStore, 'findMany'>,
  wanted: readonly WantedAddress[],
): Promise<(AddressFacts | null)[]> {
  const found = await books.findMany([...new Set(wanted.map(({ memberId }) => memberId))]);
  return wanted.map(({ memberId, addressId }) => addressIn(found.get(memberId), addressId));
}

function addressIn(book: AddressBook | undefined, addressId: string | null): AddressFacts | null {
  const wanted = book?.addresses.find(({ id, isDefault }) => (addressId === null ? isDefault : id === addressId));
  if (wanted === undefined) return null;
  const { recipient, phone, region, city, line, postalCode } = wanted;
  return { recipient, phone, region, city, line, postalCode };
}
