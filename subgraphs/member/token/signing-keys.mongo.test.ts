import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { signUpDocument } from '../fixtures/documents.ts';
import { byOrder, memberWorld } from '../fixtures/member-world.ts';
import { createSecretBox } from './secret-box.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createSigningKeysStore } from './store/signing-keys-store.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemClock, testClock } from '#kit/clock/clock.ts';

const world = memberWorld();
const db = testDatabase();
const minute = 60_000;
const day = 24 * 60 * minute;
let people = 0;

async function token(): Promise<string> {
  people += 1;
  const input = { email: `k${people}@example.com`, password: 'correct horse', displayName: 'K' };
  return (await world.ask(signUpDocument, { input })).signUp.session.accessToken;
}
const kidOf = (accessToken: string) => decodeProtectedHeader(accessToken).kid;
const published = async () => (await world.doors.jwks({}, byOrder)).keys;
async function verify(accessToken: string) {
  const keys = createLocalJWKSet({ keys: (await published()) as never });
  return jwtVerify(accessToken, keys, { algorithms: ['EdDSA'], currentDate: world.clock.now() });
}

describe('signing keys', () => {
  test('are published without their private half', async () => {
    const keys = await published();
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ]);
  });

  test('are rotated after 30 days: announced first, and the old one stays until its tokens have expired', async () => {
    const before = await token();
    world.clock.advance(30 * day - 5 * minute);
    await world.subgraph.runJob('rotate-signing-keys');
    await world.subgraph.runJob('rotate-signing-keys');
    expect(await published()).toHaveLength(2);
    const announced = await token();
    expect(kidOf(announced)).toBe(kidOf(before));
    world.clock.advance(11 * minute);
    const after = await token();
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect((await verify(after)).payload.sub).toMatch(/^mbr_/);
    expect((await verify(announced)).payload.sub).toMatch(/^mbr_/);
    await expect(verify(before)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    world.clock.advance(2 * day);
    expect((await published()).map(({ kid }) => kid)).toEqual([kidOf(after)]);
  });

  test('are one when three processes begin at once on an empty database', async () => {
    const box = createSecretBox('a secret of more than thirty-two characters');
    const store = createSigningKeysStore(db.connection);
    await db.connection.collection('signing_keys').createIndex({ generation: 1 }, { unique: true });
    const clock = testClock(systemClock.now());
    const processes = Array.from({ length: 3 }, () => createAccessTokens(store, box, clock));
    const subject = { id: 'mbr_1', kind: 'MEMBER', roles: [], scopes: [], sessionId: 'ses_1', tierLevel: 0 } as const;
    const issued = await Promise.all(processes.map((tokens) => tokens.issue(subject)));
    expect(new Set(issued.map(({ accessToken }) => kidOf(accessToken))).size).toBe(1);
    const other = createAccessTokens(store, createSecretBox('another secret of thirty-two characters'), clock);
    expect(await other.canSign()).toBe(false);
    await expect(other.issue(subject)).rejects.toThrow('unable to authenticate data');
  });
});
