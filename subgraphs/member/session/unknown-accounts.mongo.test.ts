import { describe, expect, test } from '@jest/globals';
import { lessOften } from '#kit/testing/ranks.ts';
import { signInDocument, signUpDocument } from '../fixtures/documents.ts';
import { memberWorld } from '../fixtures/member-world.ts';
import { createPasswordHasher } from '../password/password-hasher.ts';

// Comparing costs some 10 ms, by far the most of an answer: who leaves it out for unknown accounts is found out.
const world = memberWorld({}, new Date(), createPasswordHasher({ log2N: 12, r: 8, p: 1 }));
const samples = 40;

async function somebody(index: number): Promise<string> {
  const email = `known${index}@example.com`;
  await world.ask(signUpDocument, { input: { email, password: 'correct horse', displayName: 'P' } });
  return email;
}
const tryAs = (identifier: string) =>
  world.ask(signInDocument, { input: { identifier, password: 'wrong horse' } }) as Promise<unknown>;

/** Without those that the subgraph's jobs and its relay send meanwhile. */
async function commandsOfTrying(identifier: string): Promise<string[]> {
  const commands = await world.commandsOf(() => tryAs(identifier));
  return commands.filter((command) => /^(identities|credentials|sign_in_\w+) /.test(command));
}

describe('an account that does not exist', () => {
  test('costs the very same commands to the database as a wrong password for one that does', async () => {
    const known = await somebody(0);
    // The key of the blind indexes is known by now.
    await tryAs('somebody@example.com');
    const ofTrying = ['identities find', 'sign_in_tries findAndModify', 'credentials find', 'sign_in_tries update'];
    expect(await commandsOfTrying(known)).toEqual(ofTrying);
    expect(await commandsOfTrying('nobody@example.com')).toEqual(ofTrying);
  });

  test('is answered as slowly as a wrong password for one that does', async () => {
    const accounts = await Promise.all(Array.from({ length: samples }, (_, index) => somebody(index + 1)));
    const timed = async (identifier: string) => {
      const begun = performance.now();
      await tryAs(identifier);
      return performance.now() - begun;
    };
    await timed('warm@example.com');
    const known: number[] = [];
    const unknown: number[] = [];
    for (const [index, account] of accounts.entries()) {
      // In turn, and each first as often as the other: whatever else the machine does concerns both.
      const ghost = `ghost${index}@example.com`;
      if (index % 2 === 0) known.push(await timed(account));
      unknown.push(await timed(ghost));
      if (index % 2 === 1) known.push(await timed(account));
    }
    // Without the comparison nearly every single one would be faster: 1. By chance alone it is 0.5 ± 0.065.
    expect(lessOften(unknown, known)).toBeGreaterThan(0.2);
    expect(lessOften(unknown, known)).toBeLessThan(0.8);
  });
});
