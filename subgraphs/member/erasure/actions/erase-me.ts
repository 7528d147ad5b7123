import { invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { invalidCredentials } from '../../session/domain/refusals.ts';
import { eraseMember, type EraseMemberParts } from './erase-member.ts';

/** What somebody proves with that they are who is signed in; exactly one of the two. */
export interface Proof {
  readonly password?: string | null;
  readonly weChat?: { readonly appId: string; readonly code: string } | null;
}

/** What erasing oneself needs. */
export interface EraseMeParts extends EraseMemberParts {
  /** Whether a password is the member's. Refuses with TOO_MANY_ATTEMPTS. */
  readonly provesPassword: (memberId: string, password: string) => Promise<Outcome<boolean>>;
  /** Whether WeChat says that it is the member. Refuses with WECHAT_SIGN_IN_FAILED. */
  readonly provesWeChat: (memberId: string, code: NonNullable<Proof['weChat']>) => Promise<Outcome<boolean>>;
}

/**
 * Erases the member who is asking, once they have proved again that it is them: a session that was left open, or stolen, isn't enough. Refuses with INVALID_INPUT,
 * INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, WECHAT_SIGN_IN_FAILED, UNFINISHED_ORDERS.
 */
export async function eraseMe(parts: EraseMeParts, memberId: string, proof: Proof): Promise<Outcome<string>> {
  const proven = await prove(parts, memberId, proof);
  if (!proven.ok) return proven;
  return proven.value ? eraseMember(parts, memberId) : refused(invalidCredentials());
}

async function prove(
  parts: EraseMeParts,
  memberId: string,
  { password = null, weChat = null }: Proof,
): Promise<Outcome<boolean>> {
  if (password !== null && weChat === null) return parts.provesPassword(memberId, password);
  if (password === null && weChat !== null) return parts.provesWeChat(memberId, weChat);
  const reason = { en: 'Give your password, or sign in at WeChat once more.', zh: '请输入密码，或重新进行微信验证。' };
  return refused(invalidInput(['password'], reason));
}
