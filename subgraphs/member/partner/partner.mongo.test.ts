import { describe, expect, test } from '@jest/globals';
import { asStaff, byOrder, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
const admin = asStaff(['staff:write']);
const hour = 3_600_000;
const errors = 'userErrors { __typename code path }';
const createDocument = `mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { partner { id name } ${errors} } }`;
const issueDocument = `mutation ($input: IssueApiKeyInput!) { issueApiKey(input: $input) { key apiKey { id name prefix scopes carrierCode expiresAt revokedAt } ${errors} } }`;
const rotateDocument = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { key apiKey { id scopes carrierCode expiresAt } ${errors} } }`;
const revokeDocument = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id revokedAt } ${errors} } }`;

let partners = 0;
const partner = async (): Promise<string> => {
  partners += 1;
  const { createPartner } = await world.ask(createDocument, { input: { name: `Partner ${partners}` } }, admin);
  return createPartner.partner.id;
};
const issue = async (over: object) => {
  const input = { name: 'orders', scopes: ['partner:orders'], ...over };
  return (await world.ask(issueDocument, { input }, admin)).issueApiKey;
};
const rotate = async (input: object) => (await world.ask(rotateDocument, { input }, admin)).rotateApiKey;
const authenticate = async (key: string) => (await world.doors.authenticateApiKey({ key }, byOrder)).viewer;

describe("a partner's key", () => {
  test('is shown once, stored as a hash, and speaks for the partner with its scopes', async () => {
    const partnerId = await partner();
    const { key, apiKey, userErrors } = await issue({ partnerId, scopes: ['partner:orders', 'partner:catalog'] });
    expect(userErrors).toEqual([]);
    expect(key).toMatch(/^fck_[\w-]{43}$/);
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'orders',
      prefix: key.slice(0, 12),
      scopes: ['partner:orders', 'partner:catalog'],
      carrierCode: null,
      expiresAt: null,
      revokedAt: null,
    });
    expect(await authenticate(key)).toEqual({
      kind: 'PARTNER',
      id: partnerId,
      roles: [],
      scopes: ['partner:orders', 'partner:catalog'],
    });
    expect(JSON.stringify(await world.rows('api_keys'))).not.toContain(key);
  });

  test('of a carrier speaks for that carrier, also when it was replaced', async () => {
    const carrier = { scopes: ['partner:tracking'], carrierCode: 'SF' };
    const old = await issue({ partnerId: await partner(), ...carrier });
    const next = await rotate({ apiKeyId: old.apiKey.id });
    expect([old.apiKey, next.apiKey]).toMatchObject([carrier, carrier]);
    for (const { key } of [old, next]) {
      expect(await authenticate(key)).toMatchObject({ roles: ['carrier:SF'], scopes: ['partner:tracking'] });
    }
  });

  test.each(['', 'fck_unknown', 'x'.repeat(200)])('%j is nobody', async (key) => {
    expect(await authenticate(key)).toBeNull();
  });

  test('is nobody from the moment it is revoked, and keeps the time of that', async () => {
    const { key, apiKey } = await issue({ partnerId: await partner() });
    const input = { apiKeyId: apiKey.id };
    const revoked = (await world.ask(revokeDocument, { input }, admin)).revokeApiKey.apiKey.revokedAt;
    expect(revoked).toBe(world.clock.now().toISOString());
    expect(await authenticate(key)).toBeNull();
    world.clock.advance(hour);
    expect((await world.ask(revokeDocument, { input }, admin)).revokeApiKey.apiKey.revokedAt).toBe(revoked);
  });

  test('is nobody from the moment it expires', async () => {
    const expiresAt = new Date(world.clock.now().getTime() + hour).toISOString();
    const { key } = await issue({ partnerId: await partner(), expiresAt });
    world.clock.advance(hour - 1);
    expect(await authenticate(key)).not.toBeNull();
    world.clock.advance(1);
    expect(await authenticate(key)).toBeNull();
  });

  test('is replaced by another one while both are accepted for the overlap', async () => {
    const old = await issue({ partnerId: await partner() });
    const next = await rotate({ apiKeyId: old.apiKey.id, overlapHours: 2 });
    expect(next.apiKey).toEqual({
      id: expect.any(String),
      scopes: ['partner:orders'],
      carrierCode: null,
      expiresAt: null,
    });
    expect(next.key).not.toBe(old.key);
    world.clock.advance(2 * hour - 1);
    expect(await authenticate(old.key)).toEqual(await authenticate(next.key));
    world.clock.advance(1);
    expect(await authenticate(old.key)).toBeNull();
    expect(await authenticate(next.key)).not.toBeNull();
    expect((await rotate({ apiKeyId: old.apiKey.id })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('does not live longer by being replaced', async () => {
    const expiresAt = new Date(world.clock.now().getTime() + hour).toISOString();
    const old = await issue({ partnerId: await partner(), expiresAt });
    await rotate({ apiKeyId: old.apiKey.id, overlapHours: 48 });
    world.clock.advance(hour);
    expect(await authenticate(old.key)).toBeNull();
  });

  test.each([
    ['for an unknown partner', { partnerId: 'ptn_nobody' }, 'NOT_FOUND', ['partnerId']],
    ['with a scope of staff', { scopes: ['partner:orders', 'catalog:write'] }, 'INVALID_INPUT', ['scopes']],
    ['of a carrier whom it does not name', { scopes: ['partner:tracking'] }, 'INVALID_INPUT', ['carrierCode']],
    [
      'of a carrier with a name that none has',
      { scopes: ['partner:tracking'], carrierCode: '*' },
      'INVALID_INPUT',
      ['carrierCode'],
    ],
    [
      'of a carrier that we do not have',
      { scopes: ['partner:tracking'], carrierCode: 'ZTO' },
      'NOT_FOUND',
      ['carrierCode'],
    ],
    ['of a carrier that may not report', { carrierCode: 'SF' }, 'INVALID_INPUT', ['carrierCode']],
    ['without a scope', { scopes: [] }, 'INVALID_INPUT', ['scopes']],
    ['without a name', { name: ' ' }, 'INVALID_INPUT', ['name']],
    ['that has expired', { expiresAt: '2020-01-01T00:00:00Z' }, 'INVALID_INPUT', ['expiresAt']],
  ])('is not made %s', async (_name, over, code, path) => {
    const answer = await issue({ partnerId: await partner(), ...over });
    expect(answer).toMatchObject({ key: null, apiKey: null, userErrors: [{ code, path }] });
  });

  test('is not made while nobody can say whether there is such a carrier', async () => {
    const before = (await world.rows('api_keys')).length;
    const input = { partnerId: await partner(), name: 'SF', scopes: ['partner:tracking'], carrierCode: 'SF' };
    world.unfinishedOrders.set('down', 1);
    expect(await world.codes(issueDocument, { input }, admin)).toEqual(['BUSY']);
    world.unfinishedOrders.delete('down');
    expect((await world.rows('api_keys')).length).toBe(before);
  });

  test('that nobody knows can be neither replaced nor revoked, and overlaps for 30 days at most', async () => {
    expect((await rotate({ apiKeyId: 'key_nobody' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await rotate({ apiKeyId: 'key_nobody', overlapHours: 721 })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    const { revokeApiKey } = await world.ask(revokeDocument, { input: { apiKeyId: 'key_nobody' } }, admin);
    expect(revokeApiKey.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['apiKeyId'] }]);
  });
});

describe('partners', () => {
  test('have names of their own', async () => {
    await world.ask(createDocument, { input: { name: 'Twice' } }, admin);
    const { createPartner } = await world.ask(createDocument, { input: { name: ' Twice ' } }, admin);
    expect(createPartner).toEqual({
      partner: null,
      userErrors: [{ __typename: 'PartnerNameTakenError', code: 'PARTNER_NAME_TAKEN', path: ['name'] }],
    });
    const unnamed = await world.ask(createDocument, { input: { name: '' } }, admin);
    expect(unnamed.createPartner.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['name'] }]);
  });

  test('are listed with their keys, all keys in one query', async () => {
    for (const name of ['one', 'two']) await issue({ partnerId: await partner(), name });
    const list = '{ partners(first: 100) { nodes { name apiKeys { name } } totalCount } }';
    const commands = await world.commandsOf(async () => {
      const { partners: page } = await world.ask(list, {}, admin);
      expect(page.nodes.slice(0, 2).map(({ apiKeys }: { apiKeys: object }) => apiKeys)).toEqual([
        [{ name: 'two' }],
        [{ name: 'one' }],
      ]);
    });
    expect(commands.filter((command) => command === 'api_keys find')).toHaveLength(1);
  });
});

describe('a partner brought along', () => {
  const brought = { name: 'Demo partner', scopes: ['partner:orders'], apiKey: 'fck_demo_partner_key_0000000000' };

  test('is added once, with the key that was chosen', async () => {
    const once = await world.doors.loadPartner(brought, byOrder);
    expect(await world.doors.loadPartner(brought, byOrder)).toEqual(once);
    expect(once.apiKey).toBe(brought.apiKey);
    expect(await authenticate(brought.apiKey)).toMatchObject({ id: once.partnerId, scopes: ['partner:orders'] });
  });

  test('gets a key of its own when none was chosen', async () => {
    const { apiKey } = await world.doors.loadPartner({ name: 'Other', scopes: ['partner:catalog'] }, byOrder);
    expect(await authenticate(apiKey)).toMatchObject({ scopes: ['partner:catalog'] });
  });

  test('can not get a scope of staff', async () => {
    const call = world.doors.loadPartner({ ...brought, scopes: ['staff:write'] }, byOrder);
    await expect(call).rejects.toMatchObject({ code: 'REFUSED', reason: 'BAD_USER_INPUT' });
  });
});
