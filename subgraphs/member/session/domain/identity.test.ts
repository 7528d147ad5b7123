import { describe, expect, test } from '@jest/globals';
import { readEmail, readIdentifier, readPhone, wechatIdentities } from './identity.ts';

describe('an e-mail address', () => {
  test.each([
    ['Li.Lei@Example.COM', 'li.lei@example.com'],
    ['  a+b@sub.example.cn ', 'a+b@sub.example.cn'],
    ['ｈａｎ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'han@example.com'],
    ['用户@例子.中国', '用户@例子.中国'],
  ])('%s is one spelling of %s', (text, value) => {
    expect(readEmail(text)).toEqual({ kind: 'EMAIL', value });
  });

  test.each([
    '',
    '@',
    'a@',
    '@b.cn',
    'a@b',
    'a b@c.cn',
    'a@b..cn',
    'a@@b.cn',
    'a@-b.cn',
    'a"b@c.cn',
    'a@b.cn\nx',
    `${'x'.repeat(65)}@b.cn`,
    `a@${'b'.repeat(250)}.cn`,
  ])('%j is none', (text) => {
    expect(readEmail(text)).toBeNull();
  });
});

describe('a mobile number', () => {
  test.each([
    ['13800138000', '+8613800138000'],
    ['138 0013-8000', '+8613800138000'],
    ['+86 (138) 0013 8000', '+8613800138000'],
    ['0086 13800138000', '+8613800138000'],
    ['１３８００１３８０００', '+8613800138000'],
    ['+1 415 555 2671', '+14155552671'],
  ])('%s is one spelling of %s', (text, value) => {
    expect(readPhone(text)).toEqual({ kind: 'PHONE', value });
  });

  test.each([
    '',
    '12800138000',
    '1380013800',
    '138001380001',
    '+8612800138000',
    '4155552671',
    '+0123456789',
    '+1234567890123456',
    '138x0138000',
    '{"$ne":1}',
  ])('%j is none', (text) => {
    expect(readPhone(text)).toBeNull();
  });
});

describe('what somebody signs in with', () => {
  test('is an address when it has an at sign, else a number', () => {
    expect(readIdentifier('A@b.cn')).toEqual({ kind: 'EMAIL', value: 'a@b.cn' });
    expect(readIdentifier('13800138000')).toEqual({ kind: 'PHONE', value: '+8613800138000' });
    expect(readIdentifier('lilei')).toBeNull();
  });
});

describe("WeChat's user", () => {
  test('is one user of one app, and one person over all when WeChat says so', () => {
    expect(wechatIdentities('wx-a', { openid: 'o1', unionid: 'u1' })).toEqual({
      own: { kind: 'WECHAT_USER', value: 'wx-a:o1' },
      person: { kind: 'WECHAT_PERSON', value: 'u1' },
    });
    expect(wechatIdentities('wx-a', { openid: 'o1', unionid: null }).person).toBeNull();
  });
});
