import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { currencyOfChannels } from '../../offer/domain/channels.ts';
import { readAmount, readCount, readScope, type AmountInput, type Refuse } from '../../offer/domain/offer-input.ts';
import type { Presale, UnpaidRule } from './presale.ts';

/** A presale as a caller describes it. */
export interface PresaleInput {
  readonly skuId: string;
  readonly price: AmountInput;
  readonly deposit: AmountInput;
  readonly depositWorth?: AmountInput | null;
  readonly quota: number;
  readonly limitPerMember?: number | null;
  readonly depositFrom: Date;
  readonly depositTo: Date;
  readonly balanceFrom: Date;
  readonly balanceTo: Date;
  readonly shipsAfter: Date;
  readonly ifUnpaid: UnpaidRule;
  readonly channels?: readonly string[] | null;
}

const largestQuota = 1_000_000;

/** The presale that the input describes, or every reason why it can't be one. What only others know is not looked at here. */
export function definePresale(
  input: PresaleInput,
  { id, at, by }: { readonly id: string; readonly at: Date; readonly by: string },
): Outcome<Presale> {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (refusal) => refusals.push(refusal);
  const { channels } = readScope({ channels: input.channels ?? [] }, ({ path = [], ...rest }) =>
    refuse({ ...rest, path: path.slice(1) }),
  );
  const currency = currencyOfChannels(channels);
  if (currency === null) return refused(...refusals);
  const priceMinor = readAmount(input.price, ['price'], currency, refuse) ?? 0;
  const depositMinor = readAmount(input.deposit, ['deposit'], currency, refuse) ?? 0;
  const depositWorthMinor = readAmount(input.depositWorth, ['depositWorth'], currency, refuse) ?? depositMinor;
  if (refusals.length === 0) readDeposit({ priceMinor, depositMinor, depositWorthMinor }, refuse);
  readWindows(input, at, refuse);
  const quota = readCount(input.quota, ['quota'], refuse, { to: largestQuota }) ?? 0;
  const limitPerMember = readCount(input.limitPerMember, ['limitPerMember'], refuse, { to: largestQuota });
  const { skuId, depositFrom, depositTo, balanceFrom, balanceTo, shipsAfter, ifUnpaid } = input;
  const amounts = { priceMinor, depositMinor, depositWorthMinor, currency };
  const windows = { depositFrom, depositTo, balanceFrom, balanceTo, shipsAfter };
  const limits = { quota, remaining: quota, limitPerMember, channels };
  const made = { cancelledAt: null, createdAt: at, createdBy: by };
  if (refusals.length > 0) return refused(...refusals);
  return accepted({ _id: id, skuId, ...amounts, ...windows, ifUnpaid, ...limits, ...made });
}

/** Something must be left to pay, and a deposit never counts for less than it is. */
function readDeposit(
  { priceMinor, depositMinor, depositWorthMinor }: Pick<Presale, 'priceMinor' | 'depositMinor' | 'depositWorthMinor'>,
  refuse: Refuse,
): void {
  if (depositMinor >= priceMinor) {
    refuse(invalidInput(['deposit'], { en: 'The deposit must be below the price.', zh: '定金须低于价格。' }));
  } else if (depositWorthMinor < depositMinor || depositWorthMinor >= priceMinor) {
    refuse(
      invalidInput(['depositWorth'], {
        en: 'The deposit must count for at least itself and for less than the price.',
        zh: '定金抵扣金额不得低于定金，且须低于价格。',
      }),
    );
  }
}

/** Deposits end before balances begin, nothing is sent before balances are paid, and there is still time to pay a deposit. */
function readWindows(
  { depositFrom, depositTo, balanceFrom, balanceTo, shipsAfter }: PresaleInput,
  at: Date,
  refuse: Refuse,
): void {
  if (depositTo <= depositFrom || depositTo <= at) {
    refuse(
      invalidInput(['depositTo'], {
        en: 'Deposits must end after they begin, and in the future.',
        zh: '定金结束时间须晚于开始时间和现在。',
      }),
    );
  }
  if (balanceFrom < depositTo) {
    refuse(
      invalidInput(['balanceFrom'], {
        en: 'Balances must not begin before deposits end.',
        zh: '尾款开始时间不得早于定金结束时间。',
      }),
    );
  }
  if (balanceTo <= balanceFrom) {
    refuse(
      invalidInput(['balanceTo'], { en: 'Balances must end after they begin.', zh: '尾款结束时间须晚于开始时间。' }),
    );
  }
  if (shipsAfter < balanceFrom) {
    refuse(
      invalidInput(['shipsAfter'], {
        en: 'Nothing is sent before its balance can be paid.',
        zh: '发货时间不得早于尾款开始时间。',
      }),
    );
  }
}
