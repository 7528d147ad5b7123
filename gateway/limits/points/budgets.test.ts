import { expect, test } from '@jest/globals';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { createPurse } from './budgets.ts';

const budgets = { caller: 1, partner: 2, address: 3 };
const nobody = anonymousViewer({ channel: 'web', locale: 'en' });
const viewer = (kind: Viewer['kind'], id: string): Viewer => ({ ...nobody, kind, id });
const purse = createPurse({ budgets, generousHere: false });

test.each<[string, Viewer, string, string, number]>([
  ['a member', viewer('MEMBER', 'mbr_1'), '1.2.3.4', 'MEMBER mbr_1', 1],
  ['staff', viewer('STAFF', 'stf_1'), '1.2.3.4', 'STAFF stf_1', 1],
  ['a partner', viewer('PARTNER', 'ptn_1'), '1.2.3.4', 'PARTNER ptn_1', 2],
  ['nobody', nobody, '1.2.3.4', 'address 1.2.3.4', 3],
  ['nobody, IPv4 inside IPv6', nobody, '::ffff:1.2.3.4', 'address 1.2.3.4', 3],
  ['nobody in an IPv6 network', nobody, '2001:db8:0:1:aaaa:bbbb:cccc:dddd', 'address 2001:db8:0:1', 3],
  ['a neighbour in the same network', nobody, '2001:DB8::1:0:0:0:2', 'address 2001:db8:0:1', 3],
])('%s pays from their own purse', (_, who, address, key, perMinute) => {
  expect(purse(who, address)).toEqual({ key, budget: { perMinute } });
});

test('on this machine a demonstration may ask for as much as it likes, and a shop may not', () => {
  const generous = createPurse({ budgets, generousHere: true });
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(generous(nobody, address).budget.perMinute).toBeGreaterThanOrEqual(20_000 * 1_700);
    expect(purse(nobody, address).budget.perMinute).toBe(3);
  }
  expect(generous(nobody, '128.0.0.1').budget.perMinute).toBe(3);
});
