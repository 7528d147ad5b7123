import { newId } from '#kit/ids/ids.ts';
import { readAddress, withSaved, type AddressBook, type AddressDraft } from '../../address/domain/address-book.ts';
import { newGrowth, withGrowth, type GrowthChange } from '../../growth/domain/growth.ts';
import { emptyAccount, type PointsChange } from '../../points/domain/account.ts';
import { addLot } from '../../points/domain/ledger.ts';
import { pointsLifeMs } from '../../points/domain/order-points.ts';
import { readEmail, readPhone, type Identity } from '../../session/domain/identity.ts';
import { readDisplayName } from '../../session/domain/names.ts';
import type { Member } from './member.ts';

/** A member brought along from elsewhere. */
export interface BroughtMember {
  readonly displayName: string;
  readonly email?: string;
  readonly phone?: string;
  readonly password?: string;
  readonly growth: number;
  readonly pointsBalance: number;
  readonly addresses: readonly AddressDraft[];
  readonly createdAt: Date;
}

/** Everything that is stored of a member who is brought along. */
export interface LoadedMember {
  readonly member: Member;
  readonly identities: readonly Identity[];
  readonly growth: GrowthChange;
  readonly points: PointsChange;
  readonly book: AddressBook;
}

/** The identities of a member who is brought along. RangeError when one can't be read: such data must not come in half. */
export function identitiesOfBrought({ email, phone }: BroughtMember): Identity[] {
  return [
    ...(email === undefined ? [] : [required(readEmail(email), `${email} is no e-mail address`)]),
    ...(phone === undefined ? [] : [required(readPhone(phone), `${phone} is no mobile number`)]),
  ];
}

/**
 * Makes a member as they are brought along: growth and points count as earned at `now`, the first address is the default one. RangeError when
 * something breaks the rules that people's own input obeys.
 */
export function loadMember(brought: BroughtMember, now: Date): LoadedMember {
  const id = newId('member');
  const cause = { kind: 'OPENING', id } as const;
  const identities = identitiesOfBrought(brought);
  const growth = withGrowth(newGrowth(now), brought.growth, cause, now);
  const lot = {
    id: newId('pointsLot'),
    earned: brought.pointsBalance,
    availableAt: now,
    expiresAt: new Date(now.getTime() + pointsLifeMs),
  };
  const points =
    brought.pointsBalance === 0
      ? { account: emptyAccount(id), entries: [] }
      : addLot(emptyAccount(id), lot, 'GRANTED', { cause, at: now });
  const member: Member = {
    id,
    profile: {
      displayName: required(readDisplayName(brought.displayName), 'a display name can not be used'),
      email: identities.find(({ kind }) => kind === 'EMAIL')?.value ?? null,
      phone: identities.find(({ kind }) => kind === 'PHONE')?.value ?? null,
    },
    createdAt: brought.createdAt,
    erasedAt: null,
    mergedInto: null,
    growth: growth.state,
  };
  return { member, identities, growth, points, book: bookOf(id, brought.addresses) };
}

function bookOf(memberId: string, drafts: readonly AddressDraft[]): AddressBook {
  let book: AddressBook = { memberId, version: 0, addresses: [] };
  for (const draft of drafts) {
    const read = readAddress(draft);
    if (!read.ok) throw new RangeError(`the ${read.refusals[0]?.path.join('.')} of an address can not be used`);
    const saved = withSaved(book, { ...read.value, id: null, isDefault: false });
    if (!saved.ok) throw new RangeError('too many addresses');
    ({ book } = saved.value);
  }
  return { ...book, version: Math.min(1, book.version) };
}

function required<T>(value: T | null, problem: string): T {
  if (value === null) throw new RangeError(problem);
  return value;
}
