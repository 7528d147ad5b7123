import { describe, expect, test } from '@jest/globals';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { decodeJwt } from 'jose';
import { refreshDocument, signInDocument, signOutDocument, signUpDocument } from '../fixtures/documents.ts';
import { memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
let people = 0;

async function signedIn(): Promise<{ accessToken: string; refreshToken: string }> {
  people += 1;
  const input = { email: `r${people}@example.com`, password: 'correct horse', displayName: 'R' };
  return (await world.ask(signUpDocument, { input })).signUp.session;
}
const refresh = async (refreshToken: string) =>
  (await world.ask(refreshDocument, { input: { refreshToken } })).refreshSession;
const refusal = async (refreshToken: string) => (await refresh(refreshToken)).userErrors[0]?.code;
const expired = {
  session: null,
  userErrors: [
    {
      __typename: 'SessionExpiredError',
      code: 'SESSION_EXPIRED',
      message: 'Your session has ended. Please sign in again.',
      path: ['refreshToken'],
    },
  ],
};

describe('a refresh token', () => {
  test('is exchanged for the next session of the same family', async () => {
    const first = await signedIn();
    world.clock.advance(60_000);
    const { session, userErrors } = await refresh(first.refreshToken);
    expect(userErrors).toEqual([]);
    expect(session.refreshToken).not.toBe(first.refreshToken);
    const [before, after] = [decodeJwt(first.accessToken), decodeJwt(session.accessToken)];
    expect(after.sub).toBe(before.sub);
    expect(after['sid']).toBe(before['sid']);
    expect((after.exp ?? 0) - (before.exp ?? 0)).toBe(60);
  });

  test('used again later ends the whole family, the thief and the owner alike', async () => {
    const first = await signedIn();
    const second = (await refresh(first.refreshToken)).session;
    world.clock.advance(10_001);
    expect(await refusal(first.refreshToken)).toBe('REFRESH_TOKEN_REUSED');
    expect(await refresh(second.refreshToken)).toEqual(expired);
    expect(await refusal(first.refreshToken)).toBe('REFRESH_TOKEN_REUSED');
  });

  test('used again within 10 s once its successor was used ends the family too', async () => {
    const first = await signedIn();
    const second = (await refresh(first.refreshToken)).session;
    const third = (await refresh(second.refreshToken)).session;
    expect(await refusal(first.refreshToken)).toBe('REFRESH_TOKEN_REUSED');
    expect(await refusal(third.refreshToken)).toBe('SESSION_EXPIRED');
  });

  test('repeated within 10 s, as after a lost answer, gives the very same successor', async () => {
    const first = await signedIn();
    const answer = (await refresh(first.refreshToken)).session;
    world.clock.advance(9_000);
    const again = (await refresh(first.refreshToken)).session;
    expect(again.refreshToken).toBe(answer.refreshToken);
    expect((await refresh(again.refreshToken)).userErrors).toEqual([]);
  });

  test('shown by eight tabs at once gives all of them one successor', async () => {
    const first = await signedIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(first.refreshToken)));
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(new Set(answers.map(({ session }) => session.refreshToken)).size).toBe(1);
  });

  test('that was left alone for 30 days has expired, one that was used goes on', async () => {
    const idle = await signedIn();
    const used = await signedIn();
    world.clock.advance(29 * 24 * 3_600_000);
    const next = (await refresh(used.refreshToken)).session;
    world.clock.advance(24 * 3_600_000);
    expect(await refresh(idle.refreshToken)).toEqual(expired);
    expect((await refresh(next.refreshToken)).userErrors).toEqual([]);
  });

  test.each(['', 'rubbish', 'x'.repeat(5_000), '{"$ne":null}'])(
    'that was never given out has expired',
    async (token) => {
      expect(await refresh(token)).toEqual(expired);
    },
  );
});

describe('signing out', () => {
  test('ends the family by any of its tokens, and nothing else', async () => {
    const input = { email: 'devices@example.com', password: 'correct horse', displayName: 'D' };
    const phone = (await world.ask(signUpDocument, { input })).signUp.session;
    const signIn = { input: { identifier: input.email, password: input.password } };
    const laptop = (await world.ask(signInDocument, signIn)).signIn.session;
    const next = (await refresh(phone.refreshToken)).session;
    const { signOut } = await world.ask(signOutDocument, { input: { refreshToken: phone.refreshToken } });
    expect(signOut).toEqual({ signedOut: true, userErrors: [] });
    expect(await refresh(next.refreshToken)).toEqual(expired);
    expect((await refresh(laptop.refreshToken)).userErrors).toEqual([]);
  });

  test('is told to the gateways, which still see the access tokens', async () => {
    const { refreshToken } = await signedIn();
    const call = { viewer: systemViewer('gateway'), requestId: 'test' };
    const before = await world.doors.endedSessions({ since: null }, call);
    await world.ask(signOutDocument, { input: { refreshToken } });
    const after = await world.doors.endedSessions({ since: before.asOf }, call);
    expect(after.sessionIds.filter((id) => !before.sessionIds.includes(id))).toEqual([expect.stringMatching(/^ses_/)]);
    world.clock.advance(16 * 60_000);
    const later = await world.doors.endedSessions({ since: null }, call);
    expect(later.sessionIds).toEqual([]);
  });

  test('twice, or with a token that nobody knows, ends nothing', async () => {
    const { refreshToken } = await signedIn();
    await world.ask(signOutDocument, { input: { refreshToken } });
    for (const token of [refreshToken, 'rubbish']) {
      expect((await world.ask(signOutDocument, { input: { refreshToken: token } })).signOut.signedOut).toBe(false);
    }
  });
});
