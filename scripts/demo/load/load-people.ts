import { demoAccounts, demoPartner } from '../../../gateway/demo/demo-accounts.ts';
import type { DemoMember } from '../people/members.ts';
import type { Standing } from '../plan/standings.ts';
import type { OnProgress } from './progress.ts';
import { LoadRefused, type Shop } from './shop.ts';

const day = 24 * 60 * 60_000;

/** Loads staff, the partner, and the members with what they have gathered. Answers the members' ids in their order. */
export async function loadPeople(
  shop: Shop,
  members: readonly DemoMember[],
  standings: readonly Standing[],
  { began, onProgress }: { began: Date; onProgress: OnProgress },
): Promise<string[]> {
  await shop.member.loadStaff(
    {
      staff: [
        { ...accountOf('staff'), displayName: '陈店长', roles: ['ADMIN'] },
        { ...accountOf('analyst'), displayName: '吴分析', roles: ['ANALYST'] },
      ],
    },
    shop.call,
  );
  await shop.member.loadPartner(
    { name: '好物集市', scopes: ['partner:orders', 'partner:catalog'], apiKey: demoPartner.apiKey },
    shop.call,
  );
  const { members: loaded } = await shop.member.loadMembers(
    {
      members: members.map((member, index) => ({
        displayName: member.displayName,
        phone: member.phone,
        ...(member.email === null ? {} : { email: member.email }),
        ...(member.password === null ? {} : { password: member.password }),
        growth: standings[index]?.growth ?? 0,
        pointsBalance: standings[index]?.points ?? 0,
        addresses: [...member.addresses],
        createdAt: new Date(began.getTime() - member.joinedDaysAgo * day).toISOString(),
      })),
    },
    shop.call,
  );
  onProgress({ part: 'members', done: members.length, total: members.length });
  return loaded.map(({ memberId }) => memberId);
}

function accountOf(label: string): { email: string; password: string } {
  const account = demoAccounts.find((each) => each.label === label);
  if (!account || !('password' in account)) throw new LoadRefused(`there is no demo account ${label}`);
  return { email: account.identifier, password: account.password };
}
