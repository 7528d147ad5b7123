import { unauthenticated } from '#kit/graphql/errors.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { channelOf } from '../channels/channels.ts';
import type { TokenClaims } from './access-tokens.ts';
import { apiKeyPrefix, type KeyHolder } from './api-keys.ts';
import { localeOf } from './locale.ts';

interface Options {
  readonly verifyToken: (token: string) => Promise<TokenClaims | null>;
  /** Whether a session has ended although its tokens haven't expired. */
  readonly hasEnded: (sessionId: string) => Promise<boolean>;
  readonly findKeyHolder: (key: string) => Promise<KeyHolder | null>;
}

/** The headers that say who asks, from where and in which language. */
export interface CallerHeaders {
  readonly authorization?: string | undefined;
  readonly 'x-channel'?: string | string[] | undefined;
  readonly 'accept-language'?: string | undefined;
}

const longestCredential = 8000;

/**
 * Who is asking. Nobody signed in is an anonymous viewer; credentials that are not good are UNAUTHENTICATED, never anonymous, so
 * that a client learns to renew them. Throws BAD_USER_INPUT for an unknown channel.
 */
export function createViewerResolver({ verifyToken, hasEnded, findKeyHolder }: Options) {
  return async (headers: CallerHeaders): Promise<Viewer> => {
    const channel = channelOf(onlyOne(headers['x-channel']));
    const here = { channel, locale: localeOf(headers['accept-language']) };
    if (headers.authorization === undefined) return viewerOf(nobody, here);
    const credential = /^Bearer +([\w.~+/=-]+)$/i.exec(headers.authorization)?.[1];
    if (!credential || credential.length > longestCredential) throw unauthenticated();
    if (credential.startsWith(apiKeyPrefix)) {
      const holder = credential.length <= 200 ? await findKeyHolder(credential) : null;
      if (!holder) throw unauthenticated();
      return viewerOf(holder, here);
    }
    const claims = await verifyToken(credential);
    if (!claims || (await hasEnded(claims.sid))) throw unauthenticated();
    return viewerOf(claims, here);
  };
}

type Here = Pick<Viewer, 'channel' | 'locale'>;

/** Of whom nothing is known. */
const nobody = {};
/** What is remembered of tokens and keys, and of nobody: each with its viewers, by channel and language. */
const known = new WeakMap<object, Map<string, Viewer>>();

/** One object for one viewer: what was worked out for it once, such as its signed form, holds for its next requests too. */
function viewerOf(who: TokenClaims | KeyHolder | typeof nobody, here: Here): Viewer {
  let viewers = known.get(who);
  if (viewers === undefined) known.set(who, (viewers = new Map()));
  const at = `${here.channel} ${here.locale}`;
  let viewer = viewers.get(at);
  if (viewer === undefined) viewers.set(at, (viewer = { ...anonymousViewer(here), ...factsOf(who) }));
  return viewer;
}

function factsOf(who: TokenClaims | KeyHolder | typeof nobody): Partial<Viewer> {
  if (!('sub' in who)) return who;
  const { kind, sub, roles, scopes, sid, tier } = who;
  return { kind, id: sub, roles, scopes, sessionId: sid, tierLevel: tier ?? null };
}

function onlyOne(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}
