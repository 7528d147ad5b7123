import { describe, expect, test } from '@jest/globals';
import { signInDocument, signUpDocument } from '../fixtures/documents.ts';
import { guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
const minute = 60_000;
let people = 0;

async function somebody() {
  people += 1;
  const input = {
    email: `p${people}@example.com`,
    phone: `1380000${1000 + people}`,
    password: 'correct horse',
    displayName: 'P',
  };
  await world.ask(signUpDocument, { input });
  return input;
}
const signIn = async (identifier: string, password: string) =>
  (await world.ask(signInDocument, { input: { identifier, password } })).signIn;
const codes = (answers: { userErrors: { code: string }[] }[]) =>
  answers.map(({ userErrors }) => userErrors[0]?.code ?? 'IN');

describe('a wrong password', () => {
  test('and an unknown account look the same', async () => {
    const { email } = await somebody();
    const wrong = await signIn(email, 'wrong horse');
    expect(wrong).toEqual({
      session: null,
      viewer: null,
      userErrors: [
        {
          __typename: 'InvalidCredentialsError',
          code: 'INVALID_CREDENTIALS',
          message: 'The account or the password is wrong. Please check both.',
          path: null,
        },
      ],
    });
    expect(await signIn('unknown@example.com', 'wrong horse')).toEqual(wrong);
    expect(await signIn('neither address nor number', 'wrong horse')).toEqual(wrong);
    expect(await signIn('{"$ne":null}', 'wrong horse')).toEqual(wrong);
  });

  test('five times lets the account rest for 15 minutes, for the right password too, whatever it is called', async () => {
    const { email, phone, password } = await somebody();
    const spellings = [email, phone, email.toUpperCase(), `+86${phone}`, email];
    const wrong = [];
    for (const spelling of spellings) wrong.push(await signIn(spelling, 'wrong horse'));
    expect(codes(wrong)).toEqual(Array(5).fill('INVALID_CREDENTIALS'));
    world.clock.advance(5 * minute);
    expect((await signIn(phone, password)).userErrors).toEqual([
      {
        __typename: 'TooManyAttemptsError',
        code: 'TOO_MANY_ATTEMPTS',
        message: 'Too many attempts. Please try again in 10 minutes.',
        path: null,
        retryAfterSeconds: 600,
      },
    ]);
    world.clock.advance(10 * minute);
    expect((await signIn(email, password)).userErrors).toEqual([]);
  });

  test('five times lets an unknown account rest as well', async () => {
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await signIn('ghost@example.com', 'wrong horse'));
    expect(codes(answers)).toEqual([...Array<string>(5).fill('INVALID_CREDENTIALS'), 'TOO_MANY_ATTEMPTS']);
  });

  test('is forgiven by the right one before the fifth', async () => {
    const { email, password } = await somebody();
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) await signIn(email, 'wrong horse');
      expect((await signIn(email, password)).userErrors).toEqual([]);
    }
  });

  test('thirty times at once is looked at five times only', async () => {
    const { email } = await somebody();
    const answers = await Promise.all(Array.from({ length: 30 }, () => signIn(email, 'wrong horse')));
    const counted = codes(answers);
    expect(counted.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5);
    expect(counted.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(25);
  });

  test('spread over two processes counts together', async () => {
    const { email } = await somebody();
    const other = await world.another();
    const there = async () => {
      const variables = { input: { identifier: email, password: 'wrong horse' } };
      const { data } = await other.execute(
        { query: signInDocument, variables },
        { viewer: guest, requestId: 'req_test' },
      );
      return (data as unknown as { signIn: { userErrors: { code: string }[] } }).signIn;
    };
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await signIn(email, 'wrong horse'), await there());
    expect(codes(answers)).toEqual([...Array<string>(5).fill('INVALID_CREDENTIALS'), 'TOO_MANY_ATTEMPTS']);
  });
});

test('twelve right passwords at once for one account all sign in', async () => {
  const { email, password } = await somebody();
  const answers = await Promise.all(Array.from({ length: 12 }, () => signIn(email, password)));
  expect(codes(answers)).toEqual(Array(12).fill('IN'));
});

test('a member who signs in is told to others with the cart that they filled before', async () => {
  const { email, password } = await somebody();
  const input = { identifier: email, password, guestCartId: 'crt_guest' };
  const { signIn: answer } = await world.ask(signInDocument, { input }, { ...guest, channel: 'app' });
  const told = (await world.rows('outbox')).at(-1);
  expect(told).toMatchObject({
    name: 'member.signed-in',
    payload: { memberId: answer.viewer.id, channel: 'app', guestCartId: 'crt_guest' },
  });
});
