import type { Once } from '#kit/idempotency/once.ts';
import type { productOperations } from '#kit/neighbours/product.ts';
import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { channelPrices } from '../../channel-prices.ts';
import { createdOnce } from '../../created-once.ts';
import { priceRefusals } from '../../offer/domain/channel-prices.ts';
import { definePresale, type PresaleInput } from '../domain/define-presale.ts';
import type { Presale } from '../domain/presale.ts';
import type { PresaleStore } from '../store/presales.ts';

export interface CreatePresaleNeeds {
  readonly presales: PresaleStore;
  readonly transact: TransactOutcome;
  readonly once: Once;
  readonly outbox: Outbox;
  readonly product: Neighbour<typeof productOperations>;
}

/** When, by whom and under which key a presale is created. */
interface Making {
  readonly at: Date;
  readonly by: string;
  readonly key: string | null;
  readonly call: Call;
}

/** Creates a presale of a SKU that is sold in all its channels at this price or a higher one, once for a key; the warehouses are told to keep its quota from other sales. */
export function createPresale(
  needs: CreatePresaleNeeds,
  input: PresaleInput,
  making: Making,
): Promise<Outcome<Presale>> {
  const { by: caller, key } = making;
  const creation = { caller, operation: 'createPresale', key, input, subject: 'presale' } as const;
  return createdOnce(needs.once, creation, {
    byIds: needs.presales.byIds,
    create: (id) => createNow(needs, input, id, making),
  });
}

async function createNow(
  { presales, product, transact, outbox }: CreatePresaleNeeds,
  input: PresaleInput,
  id: string,
  { at, by, call }: Making,
): Promise<Outcome<Presale>> {
  const defined = definePresale(input, { id, at, by });
  if (!defined.ok) return defined;
  const presale = defined.value;
  const prices = await channelPrices(product, { skuIds: [presale.skuId], channels: presale.channels }, call);
  const { priceMinor, depositMinor, depositWorthMinor } = presale;
  const paidMinor = priceMinor - (depositWorthMinor - depositMinor);
  const wrong = priceRefusals({ ...presale, paidMinor, path: [] }, prices, { mayEqual: true });
  if (wrong.length > 0) return refused(...wrong);
  const { _id: presaleId, skuId, quota, balanceTo } = presale;
  const payload = { presaleId, skuId, quota, balanceTo: balanceTo.toISOString() };
  return transact(async (session) => {
    await presales.insert(session, presale);
    await outbox.append(session, [{ name: 'presale.created', aggregateId: presaleId, version: 1, at, payload }]);
    return accepted(presale);
  });
}
