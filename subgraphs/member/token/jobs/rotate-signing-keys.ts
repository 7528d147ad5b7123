import type { Job } from '#kit/jobs/jobs.ts';
import type { AccessTokens } from '../access-tokens.ts';

/** Every hour: makes the next signing key when the present one has signed for its 30 days. */
export function rotateSigningKeys(tokens: Pick<AccessTokens, 'rotateKeys'>): Job {
  return { name: 'rotate-signing-keys', everyMs: 3_600_000, run: () => tokens.rotateKeys() };
}
