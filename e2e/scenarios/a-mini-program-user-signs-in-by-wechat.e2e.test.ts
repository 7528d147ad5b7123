import { expect, test } from '@jest/globals';
import { MeDocument, RefreshSessionDocument, SignInWithWeChatDocument } from '../__generated__/operations.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { accepted, codesOf, createClient } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { uniqueCode } from '../world/unique.ts';

inBothTopologies('a mini-program user signs in by WeChat', ({ url }) => {
  const phone = createClient({ url, channel: 'mini-program' });
  const signsIn = async (appId: string, code: string) =>
    (await phone.ask(SignInWithWeChatDocument, { input: { appId, code } })).signInWithWeChat;
  const [shopApp, outletApp] = worldFacts().weChatApps;

  test('and becomes a member the first time, and the same one the next time and in the other mini-program', async () => {
    const name = uniqueCode();
    const first = await signsIn(shopApp, `code-for-${name}`);
    const viewer = accepted(first, 'viewer');
    expect(viewer.kind).toBe('MEMBER');
    const { accessToken, refreshToken } = accepted(first, 'session');
    const { me } = await phone.with({ token: accessToken }).ask(MeDocument, {});
    expect(me).toMatchObject({ id: viewer.id, email: null, tier: { level: 0 }, points: { balance: 0 } });

    const again = accepted(await signsIn(shopApp, `code-for-${name}-second`), 'viewer');
    const elsewhere = accepted(await signsIn(outletApp, `code-for-${name}`), 'viewer');
    expect([again.id, elsewhere.id]).toEqual([viewer.id, viewer.id]);
    const { refreshSession } = await phone.ask(RefreshSessionDocument, { input: { refreshToken } });
    accepted(refreshSession, 'session');
  });

  test('from two phones at the same moment, and is one member', async () => {
    const name = uniqueCode();
    const answers = await Promise.all([
      signsIn(shopApp, `code-for-${name}-a`),
      signsIn(outletApp, `code-for-${name}-b`),
    ]);
    const [one, two] = answers.map((answer) => accepted(answer, 'viewer').id);
    expect(one).toBe(two);
  });

  test.each([
    ['a code that was used before', shopApp, 'used'],
    ['a code that WeChat does not know', shopApp, 'nonsense'],
    ['a mini-program that is not ours', 'wx-somebody-else', 'fresh'],
    ['an empty code', shopApp, ''],
  ])('but not with %s', async (_, appId, kind) => {
    const fresh = `code-for-${uniqueCode()}`;
    if (kind === 'used') accepted(await signsIn(appId, fresh), 'session');
    const answer = await signsIn(appId, { used: fresh, fresh, nonsense: 'nonsense' }[kind] ?? '');
    expect(codesOf(answer)).toEqual(['WECHAT_SIGN_IN_FAILED']);
    expect(answer).toMatchObject({ session: null, viewer: null });
  });
});
