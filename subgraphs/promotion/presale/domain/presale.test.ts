import { describe, expect, test } from '@jest/globals';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { balanceMinor, cancelled, ended, presaleStatus, type Presale } from './presale.ts';
import { takePresaleUnits } from './take-units.ts';

const at = (day: number, hour = 0) => new Date(Date.UTC(2026, 5, day, hour));
/** ¥100 with a deposit of ¥10 that counts for ¥20: deposits on the 10th and 11th of June, balances on the 15th and 16th. */
const presale: Presale = {
  _id: 'prs_1',
  skuId: 'sku_1',
  priceMinor: 10_000,
  depositMinor: 1_000,
  depositWorthMinor: 2_000,
  currency: 'CNY',
  depositFrom: at(10),
  depositTo: at(12),
  balanceFrom: at(15),
  balanceTo: at(17),
  shipsAfter: at(20),
  ifUnpaid: 'FORFEIT',
  quota: 5,
  remaining: 5,
  limitPerMember: 2,
  channels: [],
  cancelledAt: null,
  createdAt: at(1),
  createdBy: 'stf_1',
};

describe('a presale', () => {
  test.each([
    ['before its deposits', at(9), 'SCHEDULED'],
    ['in the first instant of its deposits', at(10), 'DEPOSIT'],
    ['in the last millisecond of its deposits', new Date(at(12).getTime() - 1), 'DEPOSIT'],
    ['when its deposits are over', at(12), 'WAITING'],
    ['when balances begin', at(15), 'BALANCE'],
    ['when balances are over', at(17), 'ENDED'],
  ])('%s is %s', (_when, moment, status) => {
    expect(presaleStatus(presale, moment)).toBe(status);
  });

  test('that was cancelled stays so, whatever the time', () => {
    const { cancelledAt } = { cancelledAt: at(11) };
    expect([at(9), at(11), at(16), at(30)].map((moment) => presaleStatus({ ...presale, cancelledAt }, moment))).toEqual(
      Array.from({ length: 4 }, () => 'CANCELLED'),
    );
  });

  test('asks for the price without what the deposit counts for', () => {
    expect(balanceMinor(presale)).toBe(8_000);
  });
});

describe('ending a presale', () => {
  test('ends its deposits at that moment', () => {
    expect(ended(presale, at(11))).toEqual({ ok: true, value: { ...presale, depositTo: at(11) } });
  });

  test('that has not opened keeps it from ever opening', () => {
    expect(ended(presale, at(9))).toEqual({ ok: true, value: { ...presale, depositFrom: at(9), depositTo: at(9) } });
  });

  test('changes nothing when its deposits are over', () => {
    expect(ended(presale, at(16))).toEqual({ ok: true, value: presale });
  });

  test('is refused once it is cancelled', () => {
    expect(ended({ ...presale, cancelledAt: at(11) }, at(11, 1))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'CANCELLED' }],
    });
  });
});

describe('cancelling a presale', () => {
  test.each([
    ['before its deposits', at(9)],
    ['while balances are due', at(16)],
  ])('%s notes the moment', (_when, moment) => {
    expect(cancelled(presale, moment)).toEqual({ ok: true, value: { ...presale, cancelledAt: moment } });
  });

  test('a second time keeps the first moment', () => {
    const first = { ...presale, cancelledAt: at(11) };
    expect(cancelled(first, at(30))).toEqual({ ok: true, value: first });
  });

  test('is refused when its balances are over', () => {
    expect(cancelled(presale, at(17))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'ENDED' }],
    });
  });
});

describe('taking units of a presale', () => {
  const take = (
    quantity: number,
    more: { of?: Presale; memberId?: string | null; again?: boolean; moment?: Date } = {},
  ) => {
    const { of = presale, memberId = 'mbr_1', again = false, moment = at(11) } = more;
    const books = {
      presales: new WorkingCopy(new Map([[of._id, of]])),
      presaleUnits: new WorkingCopy(new Map([['prs_1:mbr_1', 1]])),
    };
    const refusal = takePresaleUnits({ presaleId: 'prs_1', quantity }, { memberId, again, at: moment }, books);
    return [refusal?.code ?? null, books.presales.get('prs_1')?.remaining, books.presaleUnits.get(`prs_1:${memberId}`)];
  };

  test('takes them off the quota and off what the member may have', () => {
    expect(take(1)).toEqual([null, 4, 2]);
  });

  test.each([
    ['over the limit of the member', take(2), ['PRESALE_LIMIT_REACHED', 5, 1]],
    [
      'more than are left',
      take(5, { of: { ...presale, limitPerMember: null, remaining: 4 } }),
      ['PRESALE_SOLD_OUT', 4, 1],
    ],
    ['before deposits begin', take(1, { moment: at(9) }), ['PRESALE_NOT_OPEN', 5, 1]],
    ['after deposits are over', take(1, { moment: at(12) }), ['PRESALE_NOT_OPEN', 5, 1]],
    ['of a cancelled one', take(1, { of: { ...presale, cancelledAt: at(11) } }), ['INVALID_STATE', 5, 1]],
    [
      'of a cancelled one again',
      take(1, { of: { ...presale, cancelledAt: at(11) }, again: true }),
      ['INVALID_STATE', 5, 1],
    ],
    ['for nobody', take(1, { memberId: null }), ['NOT_FOUND', 5, undefined]],
  ])('%s is refused and takes nothing', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('that the order has had before may find them after deposits are over', () => {
    expect(take(1, { again: true, moment: at(16) })).toEqual([null, 4, 2]);
  });
});
