import type { PublicAnswer } from './public-answers.ts';

/** All that an answer may depend on but its address. A stranger's answer must not be given to somebody who says who they are. */
const vary = 'origin, accept, accept-language, authorization, x-channel';

/** What HTTP's caches are told of a public answer to a GET, and whether the client has it already. */
export interface HttpCaching {
  readonly headers: Readonly<Record<string, string>>;
  readonly isUnchanged: boolean;
}

/**
 * How an answer that anybody may keep for `maxAge` seconds is to be kept (RFC 9111). With 0, caches keep it and ask each time whether it still holds. Nothing
 * is used beyond its time, not even while we can't be reached.
 */
export function httpCachingOf(
  { kept }: PublicAnswer,
  { maxAge, ifNoneMatch }: { readonly maxAge: number; readonly ifNoneMatch: string | undefined },
): HttpCaching {
  if (kept === null) return { headers: {}, isUnchanged: false };
  const etag = kept.etag();
  return {
    headers: {
      'cache-control': maxAge === 0 ? 'public, no-cache' : `public, max-age=${maxAge}, must-revalidate`,
      age: String(kept.age),
      etag,
      vary,
    },
    isUnchanged: ifNoneMatch !== undefined && matches(ifNoneMatch, etag),
  };
}

/** `*`, or a list of tags of which one is ours; weak and strong ones are alike here (RFC 9110, 13.1.2). */
function matches(ifNoneMatch: string, etag: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}
