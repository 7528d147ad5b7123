import type { Address } from './domain/address-book.ts';

export type AddressMapper = Address;
