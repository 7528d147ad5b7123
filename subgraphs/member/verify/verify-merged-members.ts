import type { Check } from '#kit/verification/verify-door.ts';
import type { AccountRow } from '../points/store/points-rows.ts';

/** Members read at once. */
const membersAtOnce = 100;

interface MergedRow {
  readonly _id: string;
  readonly mergedInto: string;
  readonly profile: string | null;
}

/** Merged members: nothing recognises or names them, and their points went where they did. */
export const verifyMergedMembers: Check = async (moment, findings) => {
  const merged = { mergedInto: { $type: 'string' } };
  for await (const rows of moment.batches<MergedRow>('members', merged, membersAtOnce)) {
    const ids = { $in: rows.map(({ _id }) => _id) };
    const owned = async (collection: string, filter: object) =>
      (await moment.find<{ _id: string; ownerId?: string }>(collection, filter)).map(
        ({ _id, ownerId }) => ownerId ?? _id,
      );
    const kept = {
      identities: new Set(await owned('identities', { ownerId: ids })),
      credentials: new Set(await owned('credentials', { _id: ids })),
      sessions: new Set(await owned('sessions', { ownerId: ids, endedAt: null })),
      addresses: new Set(await owned('address_books', { _id: ids })),
      profile: new Set(rows.filter(({ profile }) => profile !== null).map(({ _id }) => _id)),
    };
    const accounts = await moment.find<AccountRow>('points_accounts', { _id: ids });
    const survivors = new Map(accounts.map(({ _id, mergedInto }) => [_id, mergedInto]));
    for (const { _id, mergedInto } of rows) {
      const left = Object.entries(kept).flatMap(([what, members]) => (members.has(_id) ? [what] : []));
      findings.compare('merges: nothing recognises or names a merged member', _id, '', left.join(' '));
      findings.compare('merges: points go where their member went', _id, mergedInto, survivors.get(_id) ?? 'nowhere');
    }
  }
};
