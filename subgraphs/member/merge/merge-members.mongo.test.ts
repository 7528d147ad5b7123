import { describe, expect, test } from '@jest/globals';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { refreshDocument, signInDocument } from '../fixtures/documents.ts';
import { asMember, asStaff, byOrder, guest, memberSecrets, memberWorld } from '../fixtures/member-world.ts';
import { clerk, mergeDocument, mergeErrors as errors, mergingIn, password } from '../fixtures/merging.ts';

const world = memberWorld();
const { me, merge, done, refusal, eventsAbout, somebody } = mergingIn(world);
const { connection } = testDatabase();
const database = () => connection.useDb(world.database);

describe('a member who turns out to be another one', () => {
  test('brings along every way to sign in and every address, and is no more: no session, no name, no key', async () => {
    const [from, into] = [await somebody(), await somebody()];
    expect(await merge(from.id, into.id)).toEqual(done(from.id, into.id));

    for (const identifier of [from.email, from.phone, into.email, into.phone]) {
      const { signIn } = await world.ask(signInDocument, { input: { identifier, password } });
      expect(signIn.viewer).toMatchObject({ id: into.id });
    }
    const refresh = { input: { refreshToken: from.session.refreshToken } };
    expect((await world.ask(refreshDocument, refresh)).refreshSession.userErrors).toMatchObject([
      { code: 'SESSION_EXPIRED' },
    ]);
    const { sessionIds } = await world.doors.endedSessions({ since: null }, byOrder);
    const sessions = (await world.rows('sessions')).filter(({ ownerId }) => ownerId === from.id);
    expect(sessions.map(({ _id }) => sessionIds.includes(String(_id)))).toEqual([true]);
    expect(await me(from.id)).toBeNull();
    expect(await me(into.id)).toMatchObject({ email: into.email, phone: into.phone });
    const kept = (await me(into.id)).addresses.map(({ line, isDefault }: never) => [line, isDefault]);
    expect(kept).toEqual([
      [into.line, true],
      [from.line, false],
    ]);
    const member = (await world.rows('members')).find(({ _id }) => _id === from.id);
    expect(member).toMatchObject({ profile: null, mergedInto: into.id });
    const key = (await world.rows('personal_data_keys')).find(({ _id }) => _id === from.id);
    expect(key).toEqual({ _id: from.id, createdAt: expect.any(Date), destroyedAt: expect.any(Date) });
    expect(await eventsAbout(from.id)).toMatchObject([{ version: 1, payload: { memberId: from.id, into: into.id } }]);
  });

  test('is found under the old id by staff and by the graph, with who merged them and why', async () => {
    const [from, into] = [await somebody(), await somebody()];
    await merge(from.id, into.id);
    const query = 'query ($id: ID!) { member(id: $id) { id displayName mergedFrom { mergedId by byId reason } } }';
    const found = await world.ask(query, { id: from.id }, clerk);
    expect(found.member).toMatchObject({
      id: into.id,
      mergedFrom: [{ mergedId: from.id, by: 'STAFF', byId: 'stf_test', reason: '本人来店核实' }],
    });
    const analyst = await world.ask(query, { id: from.id }, asStaff(['member:read'], 'ANALYST'));
    expect(analyst.member.mergedFrom[0].reason).toBeNull();
    const entity = `query { _entities(representations: [{ __typename: "Member", id: "${from.id}" }]) { ... on Member { id } } }`;
    expect((await world.ask(entity, {}, clerk))._entities).toEqual([{ id: into.id }]);
    expect((await world.ask(entity, {}, asMember(into.id)))._entities).toEqual([null]);
    expect(await world.codes(query, { id: into.id }, asMember(into.id))).toContain('FORBIDDEN');
  });

  test('leaves nothing readable in the database, and the reason that staff gave is sealed', async () => {
    const [from, into] = [await somebody(), await somebody()];
    const book = (await world.rows('address_books')).find(({ _id }) => _id === from.id);
    await merge(from.id, into.id, { reason: '梅女士来电说明' });
    const names = (await database().listCollections()).map(({ name }) => name);
    const everything = JSON.stringify(await Promise.all(names.map((name) => world.rows(name))));
    for (const value of [from.email, from.phone, '密街', '收件', '梅女士', from.phone.slice(3)]) {
      expect(everything).not.toContain(value);
    }
    const secrets = memberSecrets.PERSONAL_DATA_KEYS.split(',');
    const personalData = createPersonalData(database(), { scope: 'member', secrets });
    const place = { owner: from.id, field: 'address_books.addresses' };
    expect(await personalData.open(String(book?.['addresses']), place)).toBeNull();
  });

  test('is erased with the one who has everything now, and can’t be erased alone', async () => {
    const [from, into] = [await somebody(), await somebody()];
    await merge(from.id, into.id);
    const erase = `mutation ($input: EraseMemberInput!) { eraseMember(input: $input) { erasedId ${errors} } }`;
    const ask = async (memberId: string) => (await world.ask(erase, { input: { memberId } }, clerk)).eraseMember;
    expect((await ask(from.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'MERGED' }]);
    expect(await ask(into.id)).toEqual({ erasedId: into.id, userErrors: [] });
    for (const identifier of [from.email, into.phone]) {
      const { signIn } = await world.ask(signInDocument, { input: { identifier, password } });
      expect(signIn.userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
    }
    const { member } = await world.ask(
      'query ($id: ID!) { member(id: $id) { displayName mergedFrom { reason } } }',
      { id: from.id },
      clerk,
    );
    expect(member).toEqual({ displayName: 'Erased member', mergedFrom: [{ reason: null }] });
  });
});

describe('a merge is refused', () => {
  test('with oneself, of unknown, erased and merged members, and without a reason', async () => {
    const [from, into, erased] = [await somebody(), await somebody(), await somebody()];
    await world.ask(`mutation { eraseMember(input: { memberId: "${erased.id}" }) { erasedId } }`, {}, clerk);
    expect(await merge(from.id, from.id)).toEqual(refusal('INVALID_INPUT', 'intoMemberId'));
    expect(await merge('mbr_none', into.id)).toEqual(refusal('NOT_FOUND', 'memberId'));
    expect(await merge(from.id, 'stf_none')).toEqual(refusal('NOT_FOUND', 'intoMemberId'));
    expect(await merge(erased.id, into.id)).toEqual(refusal('INVALID_STATE', 'memberId', 'ERASED'));
    expect(await merge(from.id, erased.id)).toEqual(refusal('INVALID_STATE', 'intoMemberId', 'ERASED'));
    for (const reason of [' ', '因'.repeat(501)]) {
      expect(await merge(from.id, into.id, { reason })).toEqual(refusal('INVALID_INPUT', 'reason'));
    }
    expect(await eventsAbout(from.id)).toEqual([]);
    await merge(from.id, into.id);
    const third = await somebody();
    expect(await merge(from.id, third.id)).toEqual(refusal('INVALID_STATE', 'memberId', 'MERGED'));
    expect(await merge(third.id, from.id)).toEqual(refusal('INVALID_STATE', 'intoMemberId', 'MERGED'));
    expect(await merge(into.id, from.id)).toEqual(refusal('INVALID_STATE', 'intoMemberId', 'MERGED'));
  });

  test('to whoever lacks the right to change members', async () => {
    const [from, into] = [await somebody(), await somebody()];
    const input = { memberId: from.id, intoMemberId: into.id, reason: 'x', idempotencyKey: 'k' };
    for (const viewer of [asStaff(['member:read']), asStaff(['member:read'], 'ANALYST'), asMember(into.id)]) {
      expect(await world.codes(mergeDocument, { input }, viewer)).toEqual(['FORBIDDEN']);
    }
    expect(await world.codes(mergeDocument, { input }, guest)).toEqual(['UNAUTHENTICATED']);
  });
});

test('a merge stands in the audit log, as what staff asked for and as what was done', async () => {
  const [from, into] = [await somebody(), await somebody()];
  await merge(from.id, into.id);
  const query = `query ($id: ID!) { auditLog(stream: MEMBER, filter: { subject: $id }) { nodes { action outcome } } }`;
  const { auditLog } = await world.ask(query, { id: from.id }, asStaff(['audit:read']));
  const actions = auditLog.nodes.map(({ action, outcome }: never) => [action, outcome]);
  expect(actions).toEqual(
    expect.arrayContaining([
      ['mergeMembers', 'DONE'],
      ['member.merged', 'DONE'],
    ]),
  );
});
