import { describe, expect, test } from '@jest/globals';
import { meDocument, removeAddressDocument, saveAddressDocument } from '../fixtures/documents.ts';
import { asMember, asStaff, byOrder, guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
const home = {
  recipient: '李雷',
  phone: '138 0013 8000',
  region: '上海市',
  city: '上海市',
  line: '南京东路 1 号',
  postalCode: '200001',
};
let people = 0;
async function member(): Promise<string> {
  people += 1;
  const brought = { displayName: '李雷', email: `a${people}@example.com`, growth: 0, pointsBalance: 0, addresses: [] };
  const { members } = await world.doors.loadMembers(
    { members: [{ ...brought, createdAt: '2026-01-01T00:00:00Z' }] },
    byOrder,
  );
  return members[0]?.memberId ?? '';
}
const save = async (memberId: string, over: object = {}) =>
  (await world.ask(saveAddressDocument, { input: { ...home, ...over } }, asMember(memberId))).saveAddress;
const addresses = async (memberId: string) => (await world.ask(meDocument, {}, asMember(memberId))).me.addresses;

describe('a member', () => {
  test('keeps addresses, the default one first, and changes and removes them', async () => {
    const id = await member();
    const first = (await save(id)).address;
    expect(first).toEqual({ ...home, id: expect.stringMatching(/^adr_/), isDefault: true });
    const second = (await save(id, { line: '公司', isDefault: true })).address;
    await save(id, { id: first.id, line: '新家' });
    expect((await addresses(id)).map(({ line, isDefault }: typeof first) => [line, isDefault])).toEqual([
      ['公司', true],
      ['新家', false],
    ]);
    const removed = await world.ask(removeAddressDocument, { input: { id: second.id } }, asMember(id));
    expect(removed.removeAddress).toEqual({
      removedId: second.id,
      addresses: [{ id: first.id, isDefault: true }],
      userErrors: [],
    });
  });

  test('can neither see, change, remove nor order to an address of somebody else: it is as if there were none', async () => {
    const [mine, theirs] = [await member(), await member()];
    const { address } = await save(theirs);
    expect((await save(mine, { id: address.id })).userErrors).toEqual(
      [
        { __typename: 'NotFoundError', code: 'NOT_FOUND', message: 'There is no such delivery address.', path: ['id'] },
      ].map((error) => ({ ...error, message: expect.any(String) })),
    );
    const removal = await world.ask(removeAddressDocument, { input: { id: address.id } }, asMember(mine));
    expect(removal.removeAddress.userErrors).toEqual([{ code: 'NOT_FOUND', path: ['id'] }]);
    expect(await world.doors.addressOf({ memberId: mine, addressId: address.id }, byOrder)).toEqual({ address: null });
    expect(await addresses(theirs)).toEqual([address]);
  });

  test('is told every field that can not be used', async () => {
    const { userErrors } = await save(await member(), { phone: '1', recipient: '', line: 'x'.repeat(201) });
    expect(userErrors.map(({ code, path }: { code: string; path: string[] }) => [code, path])).toEqual([
      ['INVALID_INPUT', ['phone']],
      ['INVALID_INPUT', ['recipient']],
      ['INVALID_INPUT', ['line']],
    ]);
  });

  test('who saves 25 addresses at once keeps 20, with one default', async () => {
    const id = await member();
    const pending = Array.from({ length: 25 }, async () => {
      // Who is too hurried is told BUSY and tries again, as a client would.
      for (;;) {
        const answer = await save(id, { isDefault: true }).catch(() => null);
        if (answer !== null) return answer;
      }
    });
    const answers = await Promise.all(pending);
    const refused = answers.flatMap(({ userErrors }) => userErrors);
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({ __typename: 'TooManyAddressesError', code: 'TOO_MANY_ADDRESSES', limit: 20 });
    const kept = await addresses(id);
    expect(kept).toHaveLength(20);
    expect(kept.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toHaveLength(1);
  });
});

describe('checkout', () => {
  test('gets an address by its id, or the default one', async () => {
    const id = await member();
    await save(id, { postalCode: null });
    const { address: office } = await save(id, { line: '公司' });
    expect(await world.doors.addressOf({ memberId: id, addressId: office.id }, byOrder)).toEqual({
      address: { ...home, line: '公司' },
    });
    expect(await world.doors.addressOf({ memberId: id, addressId: null }, byOrder)).toEqual({
      address: { ...home, postalCode: null },
    });
    expect(await world.doors.addressOf({ memberId: await member(), addressId: null }, byOrder)).toEqual({
      address: null,
    });
  });

  test('can not reach an address of somebody else on behalf of a member', async () => {
    const [mine, theirs] = [await member(), await member()];
    const call = { viewer: asMember(mine), requestId: 'req_test' };
    await expect(world.doors.addressOf({ memberId: theirs, addressId: null }, call)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
  });
});

test('addresses are for members only', async () => {
  const input = { input: home };
  expect(await world.codes(saveAddressDocument, input, guest)).toEqual(['UNAUTHENTICATED']);
  expect(await world.codes(saveAddressDocument, input, asStaff(['member:read']))).toEqual(['UNAUTHENTICATED']);
});
