import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { testClock } from '#kit/clock/clock.ts';
import { createTokenIssuer } from '../fixtures/tokens.ts';
import { createTokenVerifier } from './access-tokens.ts';

const issuer = await createTokenIssuer();
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function setUp() {
  const clock = testClock(new Date());
  let keys = issuer.keys;
  let reads = 0;
  let away = false;
  const verify = createTokenVerifier({
    clock,
    async readKeys() {
      reads += 1;
      if (away) throw new Error('the member subgraph is away');
      return keys;
    },
  });
  return {
    clock,
    verify,
    reads: () => reads,
    rotate: (next: typeof keys) => void (keys = next),
    goAway: () => void (away = true),
  };
}

/** The token's claims under another header, with a signature made by `sign`. */
async function forged(header: object, sign: (text: string) => string): Promise<string> {
  const [, payload = ''] = (await issuer.issue()).split('.');
  const text = `${part(header)}.${payload}`;
  return `${text}.${sign(text)}`;
}

describe('an access token', () => {
  test('tells who bears it', async () => {
    const claims = await setUp().verify(await issuer.issue({ sub: 'mbr_7', scopes: ['order:read'] }));
    expect(claims).toMatchObject({ sub: 'mbr_7', kind: 'MEMBER', scopes: ['order:read'], sid: 'ses_1', tier: 2 });
  });

  const [jwk] = issuer.keys.keys;
  const confused = (text: string) => createHmac('sha256', String(jwk?.x)).update(text).digest('base64url');
  test.each<[string, () => Promise<string>]>([
    ['expired', () => issuer.issue({}, { expiresAt: new Date(Date.now() - 1000) })],
    ['of another issuer', () => issuer.issue({}, { issuer: 'somebody' })],
    ['for another audience', () => issuer.issue({}, { audience: 'another-graph' })],
    ['signed with another key of the same name', async () => (await createTokenIssuer()).issue()],
    ['signed with a key of another name', async () => (await createTokenIssuer('key-2')).issue()],
    ['without a signature (alg none)', () => forged({ alg: 'none' }, () => '')],
    ['signed with the public key as a secret (HS256)', () => forged({ alg: 'HS256', kid: 'key-1' }, confused)],
    ['with a key of its own inside', () => forged({ alg: 'EdDSA', jwk, jku: 'https://evil.example/keys' }, confused)],
    ['of a kind that people do not have', () => issuer.issue({ kind: 'SYSTEM' })],
    ['for an id that is nobody', () => issuer.issue({ sub: 'order' })],
    ['without a session', () => issuer.issue({ sid: '' })],
    ['cut off', async () => (await issuer.issue()).slice(0, -4)],
    ['that is rubbish', async () => 'a.b.c'],
  ])('is refused when it is %s', async (_, token) => {
    expect(await setUp().verify(await token())).toBeNull();
  });

  test('ends at its time although it was verified before', async () => {
    const { verify, clock } = setUp();
    const token = await issuer.issue({}, { expiresAt: new Date(clock.now().getTime() + 20_000) });
    expect(await verify(token)).not.toBeNull();
    clock.advance(21_000);
    expect(await verify(token)).toBeNull();
  });
});

describe('the keys', () => {
  test('are read once for many tokens', async () => {
    const { verify, reads } = setUp();
    await Promise.all([verify(await issuer.issue({ sub: 'mbr_1' })), verify(await issuer.issue({ sub: 'mbr_2' }))]);
    expect(reads()).toBe(1);
  });

  test('are read again for a token of a new key, but not for every forged one', async () => {
    const { verify, reads, rotate, clock } = setUp();
    await verify(await issuer.issue());
    const next = await createTokenIssuer('key-2');
    rotate({ keys: [...issuer.keys.keys, ...next.keys.keys] });
    expect(await verify(await next.issue())).toBeNull();
    clock.advance(5000);
    expect(await verify(await next.issue())).not.toBeNull();
    expect(reads()).toBe(2);
    await verify(await (await createTokenIssuer('key-3')).issue());
    expect(reads()).toBe(2);
  });

  test('that were read once keep serving while their owner is away', async () => {
    const { verify, goAway, clock } = setUp();
    await verify(await issuer.issue());
    goAway();
    clock.advance(11 * 60_000);
    const expiresAt = new Date(clock.now().getTime() + 60_000);
    expect(await verify(await issuer.issue({}, { expiresAt }))).not.toBeNull();
  });

  test('that never could be read are an error, not a refusal', async () => {
    const { verify, goAway } = setUp();
    goAway();
    await expect(verify(await issuer.issue())).rejects.toThrow('away');
  });
});
