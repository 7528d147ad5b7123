import { describe, expect, test } from '@jest/globals';
import { signInDocument, signUpDocument } from '../fixtures/documents.ts';
import { guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld({ SIGN_IN_TRIES_PER_ADDRESS: '10' });
const minute = 60_000;
let people = 0;
let addresses = 0;

async function somebody(from?: string) {
  people += 1;
  const input = { email: `p${people}@example.com`, password: 'correct horse', displayName: 'P' };
  return { ...input, answer: (await world.ask(signUpDocument, { input }, guest, from)).signUp };
}
/** Nobody else has tried from there. */
const anAddress = () => `198.51.100.${(addresses += 1)}`;
const signIn = async (identifier: string, password: string, from: string) =>
  (await world.ask(signInDocument, { input: { identifier, password } }, guest, from)).signIn;
const codeOf = ({ userErrors }: { userErrors: { code: string }[] }) => userErrors[0]?.code ?? 'IN';
const guesses = async (count: number, from: (index: number) => string) => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1)
    codes.push(codeOf(await signIn(`ghost${Math.random()}@example.com`, 'wrong horse', from(index))));
  return codes;
};

describe('a client address from which wrong passwords come', () => {
  test('rests after the tenth, for every account and the right password too, and may try again when the window is over', async () => {
    const { email, password } = await somebody();
    const here = anAddress();
    expect(await guesses(10, () => here)).toEqual(Array(10).fill('INVALID_CREDENTIALS'));
    world.clock.advance(5 * minute);
    expect((await signIn(email, password, here)).userErrors).toMatchObject([
      { code: 'TOO_MANY_ATTEMPTS', retryAfterSeconds: 600 },
    ]);
    expect(codeOf(await signIn(email, password, anAddress()))).toBe('IN');
    world.clock.advance(10 * minute);
    expect(codeOf(await signIn(email, password, here))).toBe('IN');
  });

  test('is one with its whole IPv6 network, and with its IPv4 form', async () => {
    const network = (index: number) => `2001:db8:7:1::${index.toString(16)}`;
    expect((await guesses(12, network)).slice(9)).toEqual([
      'INVALID_CREDENTIALS',
      'TOO_MANY_ATTEMPTS',
      'TOO_MANY_ATTEMPTS',
    ]);
    expect(await guesses(1, () => '2001:db8:7:2::1')).toEqual(['INVALID_CREDENTIALS']);
    const plain = anAddress();
    expect((await guesses(11, (index) => (index % 2 === 0 ? plain : `::ffff:${plain}`))).at(-1)).toBe(
      'TOO_MANY_ATTEMPTS',
    );
  });

  test('tries no more passwords at once than one after the other, over two processes', async () => {
    const here = anAddress();
    const other = await world.another({ SIGN_IN_TRIES_PER_ADDRESS: '10' });
    const there = async (identifier: string) => {
      const variables = { input: { identifier, password: 'wrong horse' } };
      const call = { viewer: guest, requestId: 'req_test', clientAddress: here };
      const { data } = await other.execute({ query: signInDocument, variables }, call);
      return (data as unknown as { signIn: { userErrors: { code: string }[] } }).signIn;
    };
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        index % 2 === 0 ? there(`crowd${index}@example.com`) : signIn(`crowd${index}@example.com`, 'wrong horse', here),
      ),
    );
    const codes = answers.map((answer) => codeOf(answer));
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(14);
  });

  test('loses nothing by right ones, however many, alone or at once', async () => {
    const here = anAddress();
    const { email, password } = await somebody();
    expect(await guesses(9, () => here)).toEqual(Array(9).fill('INVALID_CREDENTIALS'));
    for (let count = 0; count < 12; count += 1) expect(codeOf(await signIn(email, password, here))).toBe('IN');
    expect(await guesses(2, () => here)).toEqual(['INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS']);
  });

  test('finds out about ten members only by signing up, and signs up as many new ones as it likes', async () => {
    const here = anAddress();
    for (let count = 0; count < 12; count += 1) expect(codeOf((await somebody(here)).answer)).toBe('IN');
    const { email } = await somebody();
    const taken: string[] = [];
    for (let count = 0; count < 11; count += 1) {
      const input = { email, password: 'correct horse', displayName: 'Q' };
      taken.push(codeOf((await world.ask(signUpDocument, { input }, guest, here)).signUp));
    }
    expect(taken).toEqual([...Array<string>(10).fill('IDENTITY_TAKEN'), 'TOO_MANY_ATTEMPTS']);
  });

  test('is stored nowhere', async () => {
    const rows = await world.rows('sign_in_addresses');
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toMatch(/198\.51|2001|db8/);
  });
});
