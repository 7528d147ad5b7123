import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import {
  CatalogFeedDocument,
  CreatePartnerDocument,
  IssueApiKeyDocument,
  MeDocument,
  RefreshSessionDocument,
  RevokeApiKeyDocument,
  SignInDocument,
  SignOutDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, codesOf, createClient, errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { signUpShopper, type Shopper } from '../world/shopper.ts';
import { uniqueCode } from '../world/unique.ts';

type Json = Readonly<Record<string, unknown>>;
const encoded = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64url');
const decoded = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')) as Json;
const minute = 60_000;

inBothTopologies('a token that is not good opens nothing', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  let header: Json;
  let claims: Json;
  let signature: string;
  const { privateKey } = generateKeyPairSync('ed25519');
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper({ region: null });
    const [first, second, third = ''] = (shopper.client.options.token ?? '').split('.');
    [header, claims, signature] = [decoded(first), decoded(second), third];
  });
  const signedBy = (key: KeyObject, tokenHeader: Json, tokenClaims: Json) => {
    const text = `${encoded(tokenHeader)}.${encoded(tokenClaims)}`;
    return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };

  const forgeries: Readonly<Record<string, () => string>> = {
    'without a signature': () => `${encoded(header)}.${encoded(claims)}.`,
    'that claims to need none': () => `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`,
    'of somebody else under the same signature': () =>
      `${encoded(header)}.${encoded({ ...claims, sub: 'mbr_01J00000000000000000000000' })}.${signature}`,
    'with more scopes under the same signature': () =>
      `${encoded(header)}.${encoded({ ...claims, kind: 'STAFF', scopes: ['catalog:write'] })}.${signature}`,
    'that somebody else signed': () => signedBy(privateKey, header, claims),
    'that names its own key': () =>
      signedBy(privateKey, { ...header, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } }, claims),
    'that names a place for its keys': () =>
      signedBy(privateKey, { ...header, jku: 'http://127.0.0.1:1/keys' }, claims),
    'with a key id that is a path': () => signedBy(privateKey, { ...header, kid: '../../../../dev/null' }, claims),
    'signed with a public text as the secret': () => {
      const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`;
      return `${text}.${createHmac('sha256', String(header['kid'])).update(text).digest('base64url')}`;
    },
    'that is no token': () => 'open-sesame',
    'that is an unknown API key': () => 'fck_0123456789abcdef0123456789abcdef',
  };

  test('but a good one does', async () => {
    expect((await shopper.client.ask(MeDocument, {})).me?.id).toBe(shopper.id);
  });

  test.each(Object.keys(forgeries))('one %s', async (kind) => {
    const token = forgeries[kind]?.() ?? '';
    const answer = await shop.guest({ token }).send(MeDocument, {});
    expect(answer.status).toBe(401);
    expect(errorCodesOf(answer)).toEqual(['UNAUTHENTICATED']);
    expect(answer.data).toBeNull();
  });

  test('nor does it open what everybody may see: the client shall learn to renew it', async () => {
    const answer = await shop.guest({ token: 'open-sesame' }).sendText('{ categories { id } }');
    expect(errorCodesOf(answer)).toEqual(['UNAUTHENTICATED']);
  });

  test('a refresh token is no access token; after signing out neither of them opens anything', async () => {
    const guest = shop.guest();
    const answer = await guest.with({ token: shopper.refreshToken }).send(MeDocument, {});
    expect(errorCodesOf(answer)).toEqual(['UNAUTHENTICATED']);
    const { signIn } = await guest.ask(SignInDocument, {
      input: { identifier: shopper.email, password: shopper.password },
    });
    const { refreshToken, accessToken } = accepted(signIn, 'session');
    const signedIn = guest.with({ token: accessToken });
    expect((await signedIn.ask(MeDocument, {})).me?.id).toBe(shopper.id);
    await guest.ask(SignOutDocument, { input: { refreshToken } });
    const { refreshSession } = await guest.ask(RefreshSessionDocument, { input: { refreshToken } });
    expect(codesOf(refreshSession)).toEqual(['SESSION_EXPIRED']);
    expect(refreshSession.session).toBeNull();
    const afterwards = await signedIn.send(MeDocument, {});
    expect([afterwards.status, errorCodesOf(afterwards)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect((await shopper.client.ask(MeDocument, {})).me?.id).toBe(shopper.id);
  });

  test('a wrong password tells nothing, and a sixth try is not tried', async () => {
    const tries = async (identifier: string, password: string) =>
      (await shop.guest().ask(SignInDocument, { input: { identifier, password } })).signIn;
    const wrong = await tries(shopper.email, 'not the password');
    expect(codesOf(wrong)).toEqual(['INVALID_CREDENTIALS']);
    expect(wrong).toEqual(await tries(`nobody-${uniqueCode()}@example.com`, 'not the password'));
    for (const _ of [2, 3, 4, 5]) await tries(shopper.email.toUpperCase(), 'not the password');
    expect(codesOf(await tries(shopper.email, shopper.password))).toEqual(['TOO_MANY_ATTEMPTS']);
  });
});

describe.each(topologies)('a token that was good (%s)', (topology) => {
  const clock = testClock(new Date());
  let graph: PrivateGraph;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology, { clock });
  });
  afterAll(() => graph?.stop());

  test('opens nothing after 15 minutes, and its refresh token opens the next session', async () => {
    const guest = createClient({ url: graph.url });
    const shopper = await signUpShopper(guest, { region: null });
    clock.advance(14 * minute);
    await shopper.client.ask(MeDocument, {});
    clock.advance(2 * minute);
    const answer = await shopper.client.send(MeDocument, {});
    expect([answer.status, errorCodesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
    const { refreshSession } = await guest.ask(RefreshSessionDocument, {
      input: { refreshToken: shopper.refreshToken },
    });
    const next = guest.with({ token: accepted(refreshSession, 'session').accessToken });
    expect((await next.ask(MeDocument, {})).me?.id).toBe(shopper.id);
  });

  test('renews once: a second use, as a thief would make, ends every session that came from it', async () => {
    const guest = createClient({ url: graph.url });
    const { refreshToken: stolen } = await signUpShopper(guest, { region: null });
    const renews = async (refreshToken: string) =>
      (await guest.ask(RefreshSessionDocument, { input: { refreshToken } })).refreshSession;
    const owner = accepted(await renews(stolen), 'session');
    clock.advance(minute);
    expect(codesOf(await renews(stolen))).toEqual(['REFRESH_TOKEN_REUSED']);
    expect((await renews(owner.refreshToken)).session).toBeNull();
  });

  test('of a session that nobody used for 30 days is over', async () => {
    const guest = createClient({ url: graph.url });
    const { refreshToken } = await signUpShopper(guest, { region: null });
    clock.advance(31 * 24 * 60 * minute);
    const { refreshSession } = await guest.ask(RefreshSessionDocument, { input: { refreshToken } });
    expect(codesOf(refreshSession)).toEqual(['SESSION_EXPIRED']);
  });

  test('as an API key is refused 5 seconds after it was revoked', async () => {
    const shop = await aShop(graph);
    const { createPartner } = await shop.staff.ask(CreatePartnerDocument, { input: { name: `伙伴 ${uniqueCode()}` } });
    const { issueApiKey } = await shop.staff.ask(IssueApiKeyDocument, {
      input: { partnerId: accepted(createPartner, 'partner').id, name: 'e2e', scopes: ['partner:catalog'] },
    });
    const partner = shop.guest({ token: accepted(issueApiKey, 'key') });
    await partner.ask(CatalogFeedDocument, { first: 1 });
    await shop.staff.ask(RevokeApiKeyDocument, { input: { apiKeyId: accepted(issueApiKey, 'apiKey').id } });
    clock.advance(5_000);
    expect(errorCodesOf(await partner.send(CatalogFeedDocument, { first: 1 }))).toEqual(['UNAUTHENTICATED']);
  });
});
