import { EraseMeDocument, MergeIntoMeDocument, MergeMembersDocument } from '../__generated__/operations.ts';
import { accepted, codesOf, type Channel } from './client.ts';
import type { Shop } from './shop.ts';
import type { Shopper } from './shopper.ts';
import { newKey } from './unique.ts';

/** Somebody joins another account of theirs, by its password; the payload. */
export async function joinsTheirOther(into: Shopper, from: Shopper, idempotencyKey = newKey()) {
  const account = { identifier: from.email, password: from.password };
  const input = { me: { password: into.password }, other: { account }, idempotencyKey };
  return (await into.client.ask(MergeIntoMeDocument, { input })).mergeIntoMe;
}

/** Somebody has two accounts, and a third one as staff find out; who said so, the newest first. */
export async function becomesOne(shop: Shop, channel: Channel): Promise<string[]> {
  const [from, into, third] = await Promise.all([1, 2, 3].map(() => shop.shopper({ channel })));
  if (from === undefined || into === undefined || third === undefined) throw new Error('nobody signed up');
  accepted(await joinsTheirOther(into, from), 'mergedId');
  const input = { memberId: into.id, intoMemberId: third.id, reason: '本人来电核实', idempotencyKey: newKey() };
  const { mergeMembers } = await shop.staff.ask(MergeMembersDocument, { input });
  return accepted(mergeMembers, 'member').mergedFrom.map(({ by }) => by);
}

/** Somebody is erased, after a stranger tried; the stranger's refusals and who was erased. */
export async function leavesForGood(leaving: Shopper, stranger: { appId: string; code: string }) {
  const { eraseMe: refused } = await leaving.client.ask(EraseMeDocument, { input: { weChat: stranger } });
  const { eraseMe } = await leaving.client.ask(EraseMeDocument, { input: { password: leaving.password } });
  return { refusals: codesOf(refused), erasedId: accepted(eraseMe, 'erasedId') };
}
