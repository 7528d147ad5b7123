import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidInput, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';

/** A postal address that a member keeps. */
export interface Address {
  readonly id: string;
  readonly recipient: string;
  readonly phone: string;
  readonly region: string;
  readonly city: string;
  readonly line: string;
  readonly postalCode: string | null;
  readonly isDefault: boolean;
}

/** A member's addresses in the order of their making. Exactly one is the default, unless there are none. */
export interface AddressBook {
  readonly memberId: string;
  /** Counts the changes; 0 before the first. */
  readonly version: number;
  readonly addresses: readonly Address[];
}

/** What somebody gives for an address. */
export interface AddressDraft {
  readonly recipient: string;
  readonly phone: string;
  readonly region: string;
  readonly city: string;
  readonly line: string;
  readonly postalCode?: string | null;
}

/** How many addresses a member may keep. */
export const mostAddresses = 20;

/** TOO_MANY_ADDRESSES, with the limit. */
export function tooManyAddresses() {
  return { type: 'TooManyAddressesError', code: 'TOO_MANY_ADDRESSES', limit: mostAddresses } as const satisfies Refusal;
}

const limits = {
  recipient: { min: 1, max: 60 },
  region: { min: 1, max: 40 },
  city: { min: 1, max: 40 },
  line: { min: 1, max: 200 },
} as const;
const longestPostalCode = 12;
const control = /[\p{Cc}\p{Cs}\p{Co}]/u;

/** Reads an address, tidied; refuses with one INVALID_INPUT for every field that can't be used. */
export function readAddress(draft: AddressDraft): Outcome<Required<AddressDraft>, ReturnType<typeof invalidInput>> {
  const refusals: ReturnType<typeof invalidInput>[] = [];
  const text = (field: keyof typeof limits): string => {
    const { min, max } = limits[field];
    const value = tidy(draft[field]);
    if (!isWithin(value, min, max)) {
      const range = `${min}–${max}`;
      refusals.push(invalidInput([field], { en: `Use ${range} characters.`, zh: `请填写 ${range} 个字符。` }));
    }
    return value;
  };
  const phone = tidy(draft.phone);
  const digits = phone.replaceAll(/[ +-]/g, '');
  if (!/^[\d +-]{5,30}$/.test(phone) || !/^\d{5,20}$/.test(digits)) {
    const reason = {
      en: 'Use 5 to 20 digits; `+`, `-` and spaces are allowed.',
      zh: '请填写 5 至 20 位数字，可含 +、- 和空格。',
    };
    refusals.push(invalidInput(['phone'], reason));
  }
  const postalCode = tidy(draft.postalCode ?? '') || null;
  if (postalCode !== null && !isWithin(postalCode, 1, longestPostalCode)) {
    const reason = { en: `Use at most ${longestPostalCode} characters.`, zh: `不超过 ${longestPostalCode} 个字符。` };
    refusals.push(invalidInput(['postalCode'], reason));
  }
  const read = { recipient: text('recipient'), phone, region: text('region'), city: text('city'), line: text('line') };
  return refusals.length > 0 ? refused(...refusals) : accepted({ ...read, postalCode });
}

function tidy(text: string): string {
  return text.normalize('NFC').trim();
}

function isWithin(text: string, min: number, max: number): boolean {
  const length = [...text].length;
  return length >= min && length <= max && !control.test(text);
}

/** The book after somebody saved an address, and the address. Refuses an `id` that isn't in the book, and the 21st address. */
export function withSaved(
  book: AddressBook,
  save: Required<AddressDraft> & { readonly id: string | null; readonly isDefault: boolean },
): Outcome<{ book: AddressBook; address: Address }, ReturnType<typeof notFound> | ReturnType<typeof tooManyAddresses>> {
  const { id, isDefault, ...facts } = save;
  const existing = book.addresses.find((address) => address.id === id);
  if (id !== null && existing === undefined) return refused(notFound(['id'], 'address'));
  if (existing === undefined && book.addresses.length >= mostAddresses) return refused(tooManyAddresses());
  const becomesDefault = isDefault || (existing?.isDefault ?? book.addresses.length === 0);
  const address: Address = { ...facts, id: existing?.id ?? newId('address'), isDefault: becomesDefault };
  const others = book.addresses.map((other) => (becomesDefault ? { ...other, isDefault: false } : other));
  const addresses =
    existing === undefined ? [...others, address] : others.map((other) => (other.id === id ? address : other));
  return accepted({ book: { ...book, version: book.version + 1, addresses }, address });
}

/** The book without an address. If it was the default one, the newest of the rest is now. */
export function withoutAddress(
  book: AddressBook,
  id: string,
): Outcome<{ book: AddressBook }, ReturnType<typeof notFound>> {
  const gone = book.addresses.find((address) => address.id === id);
  if (gone === undefined) return refused(notFound(['id'], 'address'));
  const rest = book.addresses.filter((address) => address.id !== id);
  const newest = rest.length - 1;
  const addresses = gone.isDefault
    ? rest.map((address, index) => (index === newest ? { ...address, isDefault: true } : address))
    : rest;
  return accepted({ book: { ...book, version: book.version + 1, addresses } });
}

/** A member's book with all addresses of another one, who turned out to be them: nobody is asked which to drop, so there may be more than somebody can add. Their own default one stays. */
export function joinedBook(own: AddressBook, brought: AddressBook): AddressBook {
  const isFirst = own.addresses.length === 0;
  const added = brought.addresses.map((address) => ({ ...address, isDefault: isFirst && address.isDefault }));
  return { ...own, version: own.version + 1, addresses: [...own.addresses, ...added] };
}

/** A member's addresses as they are shown: the default one first, then in the order of their making. */
export function shownAddresses(book: AddressBook | null): Address[] {
  return (book?.addresses ?? []).toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
}
