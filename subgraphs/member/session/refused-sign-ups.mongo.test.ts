import { describe, expect, test } from '@jest/globals';
import { signUpDocument } from '../fixtures/documents.ts';
import { guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld({ SIGN_UPS_PER_MINUTE: '40' });
const valid = { email: 'someone@example.com', password: 'correct horse', displayName: 'Someone' };
const signUp = async (input: object, viewer = guest) => (await world.ask(signUpDocument, { input }, viewer)).signUp;

describe('signing up', () => {
  test.each([
    ['without address and number', { email: null }, 'INVALID_INPUT', ['email']],
    ['with an address that is none', { email: 'nobody@' }, 'INVALID_INPUT', ['email']],
    ['with a number that is none', { phone: '12345' }, 'INVALID_INPUT', ['phone']],
    ['without a name', { displayName: '  ' }, 'INVALID_INPUT', ['displayName']],
    ['with a password of 7 characters', { password: 'x'.repeat(7) }, 'WEAK_PASSWORD', ['password']],
    ['with a password of 129 characters', { password: 'x'.repeat(129) }, 'WEAK_PASSWORD', ['password']],
  ])('%s is refused', async (_name, over, code, path) => {
    const answer = await signUp({ ...valid, ...over });
    expect(answer).toMatchObject({ session: null, member: null, userErrors: [{ code, path }] });
    expect(await world.rows('identities')).toEqual([]);
  });

  test('says everything that is wrong at once, in the language asked for', async () => {
    const { userErrors } = await signUp(
      { email: '@', phone: '1', password: 'short', displayName: '' },
      { ...guest, locale: 'zh-CN' },
    );
    expect(userErrors.map((error: { message: string }) => error.message)).toEqual([
      '请填写 1–40 个字符。',
      '请填写有效的邮箱地址。',
      '请填写有效的手机号码。',
      '密码长度须为 8 至 128 个字符。',
    ]);
  });

  test('twice with one address makes one member, however the address is spelt', async () => {
    expect((await signUp({ ...valid, email: 'one@example.com' })).userErrors).toEqual([]);
    expect(await signUp({ ...valid, email: 'ONE@example.com' })).toEqual({
      session: null,
      member: null,
      userErrors: [
        {
          __typename: 'IdentityTakenError',
          code: 'IDENTITY_TAKEN',
          message: 'An account with this e-mail address or mobile number already exists. Sign in instead.',
          path: ['email'],
        },
      ],
    });
  });

  test('with a free address and a taken number does not tell which of them is taken, and takes neither', async () => {
    await signUp({ ...valid, email: null, phone: '13700137000' });
    const answer = await signUp({ ...valid, email: 'free@example.com', phone: '+8613700137000' });
    expect(answer.userErrors).toMatchObject([{ code: 'IDENTITY_TAKEN', path: null }]);
    expect((await signUp({ ...valid, email: 'free@example.com' })).userErrors).toEqual([]);
  });

  test('ten times at once with one address makes exactly one member', async () => {
    const membersBefore = (await world.rows('members')).length;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => signUp({ ...valid, email: 'race@example.com' })),
    );
    expect(answers.filter(({ session }) => session !== null)).toHaveLength(1);
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'IDENTITY_TAKEN')).toHaveLength(9);
    expect((await world.rows('members')).length).toBe(membersBefore + 1);
  });

  test('is refused for everybody once a minute had as many sign-ups as it may', async () => {
    world.clock.advance(60_000);
    const answers = [];
    for (let count = 1; count <= 41; count += 1) answers.push(await signUp({ ...valid, email: 'race@example.com' }));
    expect(answers[39]?.userErrors[0].code).toBe('IDENTITY_TAKEN');
    expect(answers[40]?.userErrors).toMatchObject([{ __typename: 'TooManyAttemptsError', code: 'TOO_MANY_ATTEMPTS' }]);
    world.clock.advance(60_000);
    expect((await signUp({ ...valid, email: 'later@example.com' })).userErrors).toEqual([]);
  });
});

test('nothing that is stored or told holds a password, a refresh token or a private key', async () => {
  const { session } = await signUp({ ...valid, email: 'secret@example.com', password: 'a very secret password' });
  const collections = ['members', 'identities', 'credentials', 'sessions', 'refresh_tokens', 'signing_keys', 'outbox'];
  for (const collection of collections) {
    const text = JSON.stringify(await world.rows(collection));
    expect(text).not.toContain('a very secret password');
    expect(text).not.toContain(session.refreshToken);
    expect(text).not.toContain('"d":');
  }
});
