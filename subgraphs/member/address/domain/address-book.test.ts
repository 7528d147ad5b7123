import { describe, expect, test } from '@jest/globals';
import { readAddress, shownAddresses, withoutAddress, withSaved, type AddressBook } from './address-book.ts';

const draft = {
  recipient: '李雷',
  phone: '138 0013 8000',
  region: '上海市',
  city: '上海市',
  line: '黄浦区南京东路 1 号',
  postalCode: '200001',
};
const empty: AddressBook = { memberId: 'mbr_1', version: 0, addresses: [] };

function saved(book: AddressBook, over: { id?: string; isDefault?: boolean; line?: string } = {}) {
  const outcome = withSaved(book, { ...draft, id: null, isDefault: false, ...over });
  if (!outcome.ok) throw new Error('should be saved');
  return outcome.value;
}
const defaults = (book: AddressBook) => book.addresses.map(({ isDefault }) => isDefault);

describe('what is given for an address', () => {
  test('is tidied', () => {
    expect(readAddress({ ...draft, recipient: '  李雷 ', postalCode: ' ' })).toEqual({
      ok: true,
      value: { ...draft, postalCode: null },
    });
  });

  test.each([
    ['recipient', ''],
    ['recipient', '李'.repeat(61)],
    ['recipient', 'a\nb'],
    ['phone', '1234'],
    ['phone', '1'.repeat(21)],
    ['phone', 'abc12345'],
    ['region', '  '],
    ['city', '市'.repeat(41)],
    ['line', 'x'.repeat(201)],
    ['postalCode', '1'.repeat(13)],
  ])('is refused at %s when it is %j', (field, value) => {
    const outcome = readAddress({ ...draft, [field]: value });
    expect(outcome).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_INPUT', path: [field] }] });
  });

  test('is refused with every field at once', () => {
    const outcome = readAddress({ recipient: '', phone: '', region: '', city: '', line: '', postalCode: null });
    if (outcome.ok) throw new Error('should be refused');
    expect(outcome.refusals.map(({ path }) => path[0]).toSorted()).toEqual([
      'city',
      'line',
      'phone',
      'recipient',
      'region',
    ]);
  });
});

describe('an address book', () => {
  test('makes the first address the default one, and keeps it until another is chosen', () => {
    const one = saved(empty).book;
    const two = saved(one).book;
    expect(defaults(two)).toEqual([true, false]);
    const three = saved(two, { isDefault: true }).book;
    expect(defaults(three)).toEqual([false, false, true]);
    expect(shownAddresses(three).map(({ isDefault }) => isDefault)).toEqual([true, false, false]);
  });

  test('changes an address in its place and leaves its being the default alone', () => {
    const one = saved(empty);
    const two = saved(saved(one.book).book, { id: one.address.id, line: '新地址' });
    expect(two.book.addresses.map(({ line }) => line)).toEqual(['新地址', draft.line]);
    expect(defaults(two.book)).toEqual([true, false]);
    expect(two.book.version).toBe(3);
  });

  test('refuses to change or remove what is not in it', () => {
    const book = saved(empty).book;
    const change = withSaved(book, { ...draft, id: 'adr_other', isDefault: true });
    expect(change).toMatchObject({ ok: false, refusals: [{ code: 'NOT_FOUND', path: ['id'] }] });
    expect(withoutAddress(book, 'adr_other')).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND', path: ['id'] }],
    });
  });

  test('takes 20 addresses and refuses the 21st, but still lets one be changed', () => {
    let book = empty;
    for (let count = 1; count <= 20; count += 1) book = saved(book).book;
    const more = withSaved(book, { ...draft, id: null, isDefault: false });
    expect(more).toMatchObject({ ok: false, refusals: [{ code: 'TOO_MANY_ADDRESSES', limit: 20 }] });
    expect(saved(book, { id: book.addresses[7]?.id ?? '' }).book.addresses).toHaveLength(20);
  });

  test('passes the default on to the newest of the rest', () => {
    const one = saved(empty);
    const three = saved(saved(one.book).book).book;
    const left = withoutAddress(three, one.address.id);
    expect(left.ok && defaults(left.value.book)).toEqual([false, true]);
    const last = withoutAddress(one.book, one.address.id);
    expect(last.ok && last.value.book.addresses).toEqual([]);
  });
});
