import { invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Proof } from '../domain/proof.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { Code2Session } from '../wechat/code2session.ts';
import { isOwnerByWeChat } from './sign-in-with-wechat.ts';
import { tryPassword, type TryPasswordParts } from './try-password.ts';

/** What proving oneself once more needs. */
export interface ProveAgainParts extends TryPasswordParts {
  readonly identities: Pick<IdentitiesStore, 'ownerOf' | 'passwordHashOf'>;
  readonly code2session: Code2Session;
}

/**
 * Whether it is really the member who is asking for what can't be taken back: a session that was left open, or stolen, isn't enough. Refuses with INVALID_INPUT at `path`
 * for neither or both proofs, TOO_MANY_ATTEMPTS, WECHAT_SIGN_IN_FAILED.
 */
export async function proveAgain(
  parts: ProveAgainParts,
  memberId: string,
  { password = null, weChat = null }: Proof,
  path: readonly string[],
): Promise<Outcome<boolean>> {
  if (password !== null && weChat === null) {
    return tryPassword(parts, { account: memberId, ownerId: memberId }, password);
  }
  if (password === null && weChat !== null) return isOwnerByWeChat(parts, memberId, weChat);
  const reason = { en: 'Give your password, or sign in at WeChat once more.', zh: '请输入密码，或重新进行微信验证。' };
  return refused(invalidInput(path, reason));
}
