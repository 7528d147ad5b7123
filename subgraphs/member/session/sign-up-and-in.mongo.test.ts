import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { meDocument, signInDocument, signUpDocument } from '../fixtures/documents.ts';
import { asMember, byOrder, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();

describe('somebody who signs up', () => {
  test('is a member of the lowest tier, signed in at once, and finds themselves under me', async () => {
    const input = {
      email: '  Li.Lei@Example.COM',
      phone: '138 0013 8000',
      password: 'correct horse',
      displayName: ' 李雷 ',
    };
    const { signUp } = await world.ask(signUpDocument, { input });
    expect(signUp.userErrors).toEqual([]);
    expect(signUp.member).toEqual({
      id: expect.stringMatching(/^mbr_/),
      displayName: '李雷',
      tier: { level: 0, name: 'Member' },
    });
    const expiresAt = new Date(Math.floor(world.clock.now().getTime() / 1000) * 1000 + 15 * 60_000).toISOString();
    expect(signUp.session.expiresAt).toBe(expiresAt);
    const { me } = await world.ask(meDocument, {}, asMember(signUp.member.id));
    expect(me).toEqual({
      id: signUp.member.id,
      displayName: '李雷',
      email: 'li.lei@example.com',
      phone: '+8613800138000',
      growth: 0,
      tier: { level: 0, name: 'Member', growthToNext: 1000 },
      points: { balance: 0, frozen: 0, pending: 0, debt: 0, expiringSoon: [] },
      addresses: [],
    });
  });

  test('holds an access token that the published keys verify, with the claims that the gateway reads', async () => {
    const input = { email: 'token@example.com', password: 'correct horse', displayName: 'Token' };
    const { signUp } = await world.ask(signUpDocument, { input });
    const keys = createLocalJWKSet((await world.doors.jwks({}, byOrder)) as never);
    const { payload } = await jwtVerify(signUp.session.accessToken, keys, {
      issuer: 'fullchain',
      audience: 'fullchain-graph',
      algorithms: ['EdDSA'],
      currentDate: world.clock.now(),
    });
    expect(payload).toMatchObject({ sub: signUp.member.id, kind: 'MEMBER', roles: [], scopes: [], tier: 0 });
    expect(payload['sid']).toMatch(/^ses_/);
    expect(decodeProtectedHeader(signUp.session.accessToken)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
  });
});

describe('somebody who signs in', () => {
  test('is recognised by e-mail address and by number, however they are spelt', async () => {
    const input = { email: 'han@example.com', phone: '13900139000', password: 'meimei-meimei', displayName: '韩梅梅' };
    const { signUp } = await world.ask(signUpDocument, { input });
    for (const identifier of [
      'HAN@EXAMPLE.COM',
      'ｈａｎ＠example.com',
      '13900139000',
      '+86 139-0013-9000',
      '0086 13900139000',
    ]) {
      const { signIn } = await world.ask(signInDocument, { input: { identifier, password: 'meimei-meimei' } });
      expect(signIn).toEqual({
        session: expect.any(Object),
        viewer: { id: signUp.member.id, kind: 'MEMBER', displayName: '韩梅梅', roles: [] },
        userErrors: [],
      });
    }
  });
});

describe('checkout', () => {
  test('learns tier and points of a member, and nothing of an unknown one', async () => {
    const input = { email: 'checkout@example.com', password: 'correct horse', displayName: 'C' };
    const { signUp } = await world.ask(signUpDocument, { input });
    const facts = await world.doors.checkoutFacts({ memberId: signUp.member.id }, byOrder);
    expect(facts).toEqual({ member: { tierLevel: 0, pointsSpendable: 0 } });
    expect(await world.doors.checkoutFacts({ memberId: 'mbr_nobody' }, byOrder)).toEqual({ member: null });
  });
});
