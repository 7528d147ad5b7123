import { afterAll, describe, expect, test } from '@jest/globals';
import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { wechatDocument } from '../fixtures/documents.ts';
import { asMember, guest, memberWorld } from '../fixtures/member-world.ts';

const apps = { 'wx-a': 'secret-a', 'wx-b': 'secret-b' };
const platform = await startFakeWeChat({ port: 0, apps });
afterAll(() => platform.stop());
const world = memberWorld({ WECHAT_API_URL: platform.url, WECHAT_APPS: JSON.stringify(apps) });

const signIn = async (code: string, appId = 'wx-a') =>
  (await world.ask(wechatDocument, { input: { appId, code } }, { ...guest, channel: 'mini-program' })).signInWithWeChat;

describe('the user of a mini-program', () => {
  test('becomes a member the first time and is the same one ever after', async () => {
    const first = await signIn('code-for-xiaoming-1');
    expect(first.userErrors).toEqual([]);
    expect(first.viewer).toEqual({
      id: expect.stringMatching(/^mbr_/),
      kind: 'MEMBER',
      displayName: expect.stringMatching(/^微信用户.{4}$/),
    });
    expect((await signIn('code-for-xiaoming-2')).viewer).toEqual(first.viewer);
    const { me } = await world.ask('{ me { id email phone tier { level } } }', {}, asMember(first.viewer.id));
    expect(me).toEqual({ id: first.viewer.id, email: null, phone: null, tier: { level: 0 } });
  });

  test('is one member over several mini-programs when WeChat says so', async () => {
    const a = await signIn('demo-lihua', 'wx-a');
    const b = await signIn('demo-lihua', 'wx-b');
    expect(b.viewer).toEqual(a.viewer);
    expect((await signIn('demo-lihua', 'wx-b')).viewer).toEqual(a.viewer);
  });

  test('is known to our own services by its openid in that mini-program, to nobody else', async () => {
    const { viewer } = await signIn('demo-known');
    const call = { viewer: systemViewer('order'), requestId: 'req_openid' };
    const { openId } = await world.doors.openIdOf({ memberId: viewer.id, appId: 'wx-a' }, call);
    expect(openId).toMatch(/^o[\w-]{27}$/);
    expect(await world.doors.openIdOf({ memberId: viewer.id, appId: 'wx-b' }, call)).toEqual({ openId: null });
    const stranger = { ...call, viewer: asMember('mbr_stranger') };
    await expect(world.doors.openIdOf({ memberId: viewer.id, appId: 'wx-a' }, stranger)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
  });

  test('is another member in each mini-program when WeChat says nothing', async () => {
    const a = await signIn('demo-alone', 'wx-a');
    const b = await signIn('demo-alone', 'wx-b');
    expect(b.viewer.id).not.toBe(a.viewer.id);
    expect((await signIn('demo-alone', 'wx-a')).viewer).toEqual(a.viewer);
  });

  test('who signs in eight times at once over both mini-programs is one member', async () => {
    const before = (await world.rows('members')).length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => signIn('demo-hurried', index % 2 === 0 ? 'wx-a' : 'wx-b')),
    );
    expect(new Set(answers.map(({ viewer }) => viewer.id)).size).toBe(1);
    expect((await world.rows('members')).length).toBe(before + 1);
  });

  test('can not be told by a code that was used', async () => {
    await signIn('code-for-once');
    expect(await signIn('code-for-once')).toEqual({
      session: null,
      viewer: null,
      userErrors: [
        {
          __typename: 'WeChatSignInFailedError',
          code: 'WECHAT_SIGN_IN_FAILED',
          message: 'This code was used before. Please try again.',
          path: ['code'],
          reason: 'CODE_USED',
        },
      ],
    });
  });

  test.each([
    ['wx-a', 'nonsense', 'INVALID_CODE', ['code']],
    ['wx-stranger', 'demo-x', 'UNKNOWN_APP', ['appId']],
  ])('of %s with the code %s is refused with %s', async (appId, code, reason, path) => {
    const before = (await world.rows('members')).length;
    expect((await signIn(code, appId)).userErrors).toMatchObject([{ code: 'WECHAT_SIGN_IN_FAILED', reason, path }]);
    expect((await world.rows('members')).length).toBe(before);
  });

  test("leaves nothing of WeChat's session key behind", async () => {
    platform.answerNext({ openid: 'o-key', unionid: 'u-key', session_key: 'very-secret-session-key' });
    await signIn('demo-key');
    for (const collection of ['members', 'identities', 'sessions', 'outbox']) {
      expect(JSON.stringify(await world.rows(collection))).not.toContain('very-secret-session-key');
    }
  });
});
