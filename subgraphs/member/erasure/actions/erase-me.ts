import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Proof } from '../../session/domain/proof.ts';
import { invalidCredentials } from '../../session/domain/refusals.ts';
import { eraseMember, type EraseMemberParts } from './erase-member.ts';

/** What erasing oneself needs. */
export interface EraseMeParts extends EraseMemberParts {
  /** Whether it is really the member who is asking. Refuses at the path. */
  readonly provesAgain: (memberId: string, proof: Proof, path: readonly string[]) => Promise<Outcome<boolean>>;
}

/**
 * Erases the member who is asking, once they have proved again that it is them: a session that was left open, or stolen, isn't enough. Refuses with INVALID_INPUT,
 * INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, WECHAT_SIGN_IN_FAILED, UNFINISHED_ORDERS.
 */
export async function eraseMe(parts: EraseMeParts, memberId: string, proof: Proof): Promise<Outcome<string>> {
  const proven = await parts.provesAgain(memberId, proof, ['password']);
  if (!proven.ok) return proven;
  return proven.value ? eraseMember(parts, memberId) : refused(invalidCredentials());
}
