import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startFakeWeChat, type FakeWeChat } from '#kit/testing/fake-wechat.ts';
import { createCode2Session } from './code2session.ts';

let platform: FakeWeChat;
beforeAll(async () => {
  platform = await startFakeWeChat({ port: 0, apps: { 'wx-a': 'secret-a', 'wx-b': 'secret-b' } });
});
afterAll(() => platform.stop());

const asking = (apps: Record<string, string> = { 'wx-a': 'secret-a', 'wx-b': 'secret-b' }) =>
  createCode2Session({ url: platform.url, apps });

describe('the exchange of a code', () => {
  test('gives openid and unionid, and nothing that could decrypt what a user shares', async () => {
    const answer = await asking()('wx-a', 'code-for-xiaoming');
    expect(answer).toEqual({
      ok: true,
      user: { openid: expect.stringMatching(/^o.{27}$/), unionid: expect.stringMatching(/^u.{27}$/) },
    });
  });

  test('gives one unionid and two openids for one person in two mini-programs', async () => {
    const a = await asking()('wx-a', 'demo-lihua');
    const b = await asking()('wx-b', 'demo-lihua');
    if (!a.ok || !b.ok) throw new Error('both should be known');
    expect(a.user.unionid).toBe(b.user.unionid);
    expect(a.user.openid).not.toBe(b.user.openid);
  });

  test('says that a code was used before', async () => {
    await asking()('wx-a', 'code-for-twice');
    expect(await asking()('wx-a', 'code-for-twice')).toEqual({ ok: false, reason: 'CODE_USED' });
  });

  test.each([
    ['an unknown code', { errcode: 40_029, errmsg: 'invalid code' }, 'INVALID_CODE'],
    ['a user who signs in too often', { errcode: 45_011, errmsg: 'api minute-quota reach limit' }, 'TOO_OFTEN'],
    ['an error nobody foresaw', { errcode: 99_999, errmsg: 'surprise' }, 'UNAVAILABLE'],
    ['an answer without a user', { session_key: 'x' }, 'UNAVAILABLE'],
    ['an openid that is no text', { openid: { $ne: '' } }, 'UNAVAILABLE'],
    ['an answer that is not JSON', '<html>', 'UNAVAILABLE'],
    ['a broken platform', 502, 'UNAVAILABLE'],
  ])('tells %s apart', async (_name, answer, reason) => {
    platform.answerNext(answer);
    expect(await asking()('wx-a', 'demo-somebody')).toEqual({ ok: false, reason });
  });

  test('asks a busy platform twice again', async () => {
    const before = platform.asked();
    platform.answerNext({ errcode: -1, errmsg: 'system error' }, { errcode: -1, errmsg: 'system error' });
    expect(await asking()('wx-a', 'demo-patient')).toMatchObject({ ok: true });
    expect(platform.asked() - before).toBe(3);
  });

  test('gives a platform up that stays busy', async () => {
    const before = platform.asked();
    platform.answerNext({ errcode: -1 }, { errcode: -1 }, { errcode: -1 });
    expect(await asking()('wx-a', 'demo-patient')).toEqual({ ok: false, reason: 'UNAVAILABLE' });
    expect(platform.asked() - before).toBe(3);
  });

  test('asks nobody about a mini-program that is not ours, or with a code that can be none', async () => {
    const before = platform.asked();
    expect(await asking()('wx-stranger', 'demo-x')).toEqual({ ok: false, reason: 'UNKNOWN_APP' });
    expect(await asking()('__proto__', 'demo-x')).toEqual({ ok: false, reason: 'UNKNOWN_APP' });
    expect(await asking()('wx-a', '')).toEqual({ ok: false, reason: 'INVALID_CODE' });
    expect(await asking()('wx-a', 'x'.repeat(201))).toEqual({ ok: false, reason: 'INVALID_CODE' });
    expect(platform.asked()).toBe(before);
  });

  test('says that a platform is unavailable which nobody answers for', async () => {
    const nobody = createCode2Session({ url: 'http://127.0.0.1:1', apps: { 'wx-a': 'secret-a' } });
    expect(await nobody('wx-a', 'demo-x')).toEqual({ ok: false, reason: 'UNAVAILABLE' });
  });
});
