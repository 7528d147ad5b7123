import { type DemoAccount, currentSession, forgetAccount, updateSession } from './session-store.ts';

interface GraphQLAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string }[];
}
interface SessionAnswer {
  readonly session: { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: string } | null;
  readonly userErrors: readonly { readonly message: string }[];
}
type SignInAnswer = SessionAnswer & { readonly viewer: { readonly kind: string; readonly displayName: string } | null };

const signInDocument = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    session { accessToken refreshToken expiresAt }
    viewer { kind displayName }
    userErrors { message }
  }
}`;
const refreshDocument = `mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    session { accessToken refreshToken expiresAt }
    userErrors { message }
  }
}`;

/** A token is renewed this long before it expires. */
const renewBeforeMs = 30_000;

async function send<Data>(query: string, variables: object): Promise<Data> {
  const { channel, locale } = currentSession();
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-channel': channel, 'accept-language': locale },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as GraphQLAnswer<Data>;
  if (!answer.data)
    throw new Error(answer.errors?.map((error) => error.message).join(' ') ?? `HTTP ${response.status}`);
  return answer.data;
}

/** Signs in by e-mail or phone and password. Throws an Error with the graph's own words when it refuses. */
export async function signInByPassword(identifier: string, password: string): Promise<void> {
  const { signIn } = await send<{ signIn: SignInAnswer }>(signInDocument, { input: { identifier, password } });
  if (signIn.session === null || signIn.viewer === null) throw new Error(reasonsOf(signIn));
  updateSession({
    account: { name: signIn.viewer.displayName, kind: signIn.viewer.kind },
    ...tokensOf(signIn.session),
  });
}

/** Speaks as one of the demo accounts. */
export async function signInAs(account: DemoAccount): Promise<void> {
  if ('identifier' in account) return signInByPassword(account.identifier, account.password);
  updateSession({
    account: { name: account.label, kind: 'PARTNER' },
    accessToken: account.apiKey,
    refreshToken: null,
    expiresAt: null,
  });
}

let renewal: Promise<void> | null = null;

/** The headers of the next request; renews an access token that is about to expire. A refused renewal signs out. */
export async function requestHeaders(): Promise<Record<string, string>> {
  const { refreshToken, expiresAt } = currentSession();
  if (refreshToken !== null && expiresAt !== null && expiresAt - Date.now() < renewBeforeMs) {
    // A refresh token works once: requests that start together share one renewal.
    renewal ??= renew(refreshToken).finally(() => (renewal = null));
    await renewal;
  }
  const { channel, locale, accessToken } = currentSession();
  return {
    'x-channel': channel,
    'accept-language': locale,
    ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
  };
}

async function renew(refreshToken: string): Promise<void> {
  const { refreshSession } = await send<{ refreshSession: SessionAnswer }>(refreshDocument, {
    input: { refreshToken },
  });
  if (refreshSession.session === null) forgetAccount();
  else updateSession(tokensOf(refreshSession.session));
}

function tokensOf(session: NonNullable<SessionAnswer['session']>) {
  return {
    accessToken: session.accessToken,
    refreshToken: session.refreshToken,
    expiresAt: Date.parse(session.expiresAt),
  };
}

function reasonsOf(answer: SessionAnswer): string {
  return answer.userErrors.map((error) => error.message).join(' ');
}
