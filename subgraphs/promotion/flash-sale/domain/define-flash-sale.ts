import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { priceRefusals, type ChannelPrices } from '../../offer/domain/channel-prices.ts';
import { currencyOfChannels } from '../../offer/domain/channels.ts';
import {
  readAmount,
  readCount,
  readScope,
  readTitle,
  readWindow,
  type AmountInput,
  type Refuse,
} from '../../offer/domain/offer-input.ts';
import type { FlashSale, FlashSaleItem } from './flash-sale.ts';

/** One SKU as a caller gives it. */
export interface FlashSaleItemInput {
  readonly skuId: string;
  readonly price: AmountInput;
  readonly quota: number;
  readonly limitPerMember?: number | null;
}

/** A flash sale as a caller describes it. */
export interface FlashSaleInput {
  readonly title: string;
  readonly titleEn?: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly channels?: readonly string[] | null;
  readonly items: readonly FlashSaleItemInput[];
}

/** A flash sale with its items. */
export interface FlashSaleDefinition {
  readonly sale: FlashSale;
  readonly items: readonly FlashSaleItem[];
}

const mostItems = 100;
const largestQuota = 1_000_000;

/** The flash sale that the input describes, or every reason why it can't be one. What only others know is `checkPrices`' to say. */
export function defineFlashSale(
  input: FlashSaleInput,
  { saleId, itemId, at, by }: { saleId: string; itemId: () => string; at: Date; by: string },
): Outcome<FlashSaleDefinition> {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (refusal) => refusals.push(refusal);
  const { channels } = readScope({ channels: input.channels ?? [] }, ({ path = [], ...rest }) =>
    refuse({ ...rest, path: path.slice(1) }),
  );
  const currency = currencyOfChannels(channels);
  if (currency === null) return refused(...refusals);
  readWindow(input, at, refuse);
  if (input.items.length === 0 || input.items.length > mostItems) {
    refuse(invalidInput(['items'], { en: `Give 1 to ${mostItems} items.`, zh: `请填写 1 到 ${mostItems} 个商品。` }));
  }
  const { startsAt, endsAt } = input;
  const items = input.items.map((item, index): FlashSaleItem => {
    const path = ['items', String(index)];
    if (input.items.findIndex((other) => other.skuId === item.skuId) !== index) {
      refuse(invalidInput([...path, 'skuId'], { en: 'Each SKU may appear once.', zh: '每个规格只能出现一次。' }));
    }
    const quota = readCount(item.quota, [...path, 'quota'], refuse, { to: largestQuota }) ?? 0;
    return {
      _id: itemId(),
      flashSaleId: saleId,
      skuId: item.skuId,
      priceMinor: readAmount(item.price, [...path, 'price'], currency, refuse) ?? 0,
      currency,
      quota,
      remaining: quota,
      limitPerMember: readCount(item.limitPerMember, [...path, 'limitPerMember'], refuse, { to: largestQuota }),
      startsAt,
      endsAt,
      channels,
    };
  });
  const title = readTitle(input.title, input.titleEn, refuse);
  const sale: FlashSale = { _id: saleId, title, startsAt, endsAt, channels, createdAt: at, createdBy: by };
  return refusals.length === 0 ? accepted({ sale, items }) : refused(...refusals);
}

/** Whether every item is sold in every channel of the sale, at a price above its flash price. */
export function checkPrices(definition: FlashSaleDefinition, prices: ChannelPrices): Outcome<FlashSaleDefinition> {
  const refusals = definition.items.flatMap((item, index) =>
    priceRefusals({ ...item, path: ['items', String(index)] }, prices),
  );
  return refusals.length === 0 ? accepted(definition) : refused(...refusals);
}

/** The refusal of items whose SKU is in another flash sale at that time. */
export function overlapRefusals(definition: FlashSaleDefinition, taken: ReadonlySet<string>): Refusal[] {
  return definition.items.flatMap((item, index) =>
    taken.has(item.skuId)
      ? [
          invalidInput(['items', String(index), 'skuId'], {
            en: 'This SKU is in another flash sale at that time.',
            zh: '该规格在此期间已参加其他秒杀活动。',
          }),
        ]
      : [],
  );
}
