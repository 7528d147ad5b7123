import { accepted, invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { readIdentifier, wechatIdentities, type Identity } from '../domain/identity.ts';
import { invalidCredentials, wechatSignInFailed } from '../domain/refusals.ts';
import type { AccountProof } from '../domain/proof.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { Code2Session } from '../wechat/code2session.ts';
import { tryPassword, type TryPasswordParts } from './try-password.ts';

/** What proving to be somebody else as well needs. */
export interface ProveAnotherParts extends TryPasswordParts {
  readonly identities: Pick<IdentitiesStore, 'ownerOf' | 'indexOf' | 'passwordHashOf'>;
  readonly code2session: Code2Session;
}

/**
 * The member, other than the one who is asking, whom they have proved to be as well. Refuses with INVALID_INPUT at `path` (neither or both proofs, or of themselves), INVALID_CREDENTIALS (also
 * for an account that nobody has, or staff), TOO_MANY_ATTEMPTS, WECHAT_SIGN_IN_FAILED.
 */
export async function proveAnother(
  parts: ProveAnotherParts,
  memberId: string,
  { account = null, weChat = null }: AccountProof,
  path: readonly string[],
): Promise<Outcome<string>> {
  const isMe = invalidInput(path, { en: 'This is your account already.', zh: '这已是您当前的账号。' });
  if (account !== null && weChat === null) {
    const owner = await byPassword(parts, account);
    return owner.ok && owner.value === memberId ? refused(isMe) : owner;
  }
  if (account === null && weChat !== null) {
    const owners = await byWeChat(parts, weChat);
    if (!owners.ok) return owners;
    const other = owners.value.find((id) => id !== memberId);
    if (other !== undefined) return accepted(other);
    return refused(owners.value.length === 0 ? invalidCredentials() : isMe);
  }
  const reason = {
    en: 'Sign in to your other account: by its password, or by WeChat.',
    zh: '请通过密码或微信验证您的另一个账号。',
  };
  return refused(invalidInput(path, reason));
}

async function byPassword(
  parts: ProveAnotherParts,
  { identifier, password }: NonNullable<AccountProof['account']>,
): Promise<Outcome<string>> {
  const identity = readIdentifier(identifier);
  const owner = identity === null ? null : await parts.identities.ownerOf(identity);
  const account = owner?.id ?? (await parts.identities.indexOf(identity ?? { kind: 'EMAIL', value: identifier }));
  const tried = await tryPassword(parts, { account, ownerId: owner?.id ?? 'nobody' }, password);
  if (!tried.ok) return tried;
  return tried.value && owner?.kind === 'MEMBER' ? accepted(owner.id) : refused(invalidCredentials());
}

/** Two, when the openid and the unionid of one person are two members. */
async function byWeChat(
  { code2session, identities }: ProveAnotherParts,
  { appId, code }: NonNullable<AccountProof['weChat']>,
): Promise<Outcome<string[]>> {
  const answer = await code2session(appId, code);
  if (!answer.ok) return refused(wechatSignInFailed(answer.reason));
  const { own, person } = wechatIdentities(appId, answer.user);
  const known: Identity[] = person === null ? [own] : [own, person];
  const owners = await Promise.all(known.map((identity) => identities.ownerOf(identity)));
  return accepted(owners.flatMap((owner) => (owner?.kind === 'MEMBER' ? [owner.id] : [])));
}
