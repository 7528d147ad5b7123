import { invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { MemberMerge } from '../domain/member-merge.ts';
import { mergedBefore, mergeMembers, mergeOf, type MergeCall, type MergeMembersParts } from './merge-members.ts';

const longestReason = 500;

/** What somebody of the staff found out. */
export interface MergeByStaff {
  /** Who is to be no more. */
  readonly memberId: string;
  /** Who is to have all. */
  readonly intoMemberId: string;
  /** Why, 1 to 500 characters. */
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Joins two members because somebody of the staff says so. Refuses with INVALID_INPUT, NOT_FOUND, INVALID_STATE, IDEMPOTENCY_CONFLICT. */
export async function mergeByStaff(
  parts: MergeMembersParts,
  staffId: string,
  { idempotencyKey: key, ...input }: MergeByStaff,
  call: MergeCall,
): Promise<Outcome<MemberMerge>> {
  const what = mergeOf({ caller: staffId, operation: 'mergeMembers', key, input });
  const before = await mergedBefore(parts, what);
  if (before !== null) return before;
  const reason = input.reason.normalize('NFC').trim();
  if (reason.length < 1 || [...reason].length > longestReason) {
    const range = { en: `Use 1–${longestReason} characters.`, zh: `请填写 1–${longestReason} 个字符。` };
    return refused(invalidInput(['reason'], range));
  }
  const { memberId: mergedId, intoMemberId: memberId } = input;
  const by = { kind: 'STAFF', id: staffId } as const;
  return mergeMembers(parts, { ...what, mergedId, memberId, by, reason }, call);
}
