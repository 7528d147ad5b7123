import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Returns } from '../../neighbours.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import {
  afterSaleTransitions,
  orderOf,
  placeOfReason,
  type AfterSale,
  type Receipt,
  type ReceiptLine,
} from '../domain/after-sale.ts';
import { decideReceipt, type ReceivedLine } from '../domain/decide-receipt.ts';
import type { AfterSales } from '../store/after-sales.ts';
import { notNow } from './decide-requests.ts';
import type { Replacements } from './replacements.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface ReceiveParts {
  readonly afterSales: AfterSales;
  readonly returns: Pick<Returns, 'takeBackGoods'>;
  readonly settleAfterSale: SettleAfterSale;
  readonly replacements: Pick<Replacements, 'send'>;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** What the warehouse says. */
export interface ReceiveRequest {
  readonly afterSaleId: string;
  /** Null when everything that is missing came back and can be sold again. */
  readonly lines: readonly ReceivedLine[] | null;
  /** Needed with lines. Without, the same said again is refused, because nothing is missing any more. */
  readonly idempotencyKey: string | null;
}

const path = ['afterSaleId'] as const;
const keyNeeded = invalidInput(['idempotencyKey'], {
  en: 'Give a key with the lines, so that a repetition can be told from a second parcel.',
  zh: '填写 lines 时须同时提供 idempotencyKey，以区分重复提交与第二个包裹。',
});

export type ReturnedGoods = ReturnType<typeof createReturnedGoods>;

/** What happens to a granted return when goods are back: written down first, then stock, then the money. */
export function createReturnedGoods(parts: ReceiveParts) {
  const { afterSales, returns, settleAfterSale, replacements, privacy, once, transact, clock, log } = parts;

  const sealedReasons = (afterSale: AfterSale, receiptId: string, lines: readonly ReceiptLine[]) =>
    Promise.all(
      lines.map(async (line) => {
        if (line.reason === null) return line;
        const of = placeOfReason(receiptId, line);
        return { ...line, reason: await privacy.sealWords(orderOf(afterSale), 'afterSales.receipts', of, line.reason) };
      }),
    );

  /** From a receipt on, idempotent by its id: also for whoever comes after a crash. */
  async function settle(afterSale: AfterSale, receipt: Receipt, call: Call): Promise<AfterSale> {
    const { _id: afterSaleId, orderId } = afterSale;
    const lines = receipt.lines.map(({ skuId, restocked, writtenOff }) => ({ skuId, restocked, writtenOff }));
    const booked = await returns.takeBackGoods({ orderId, afterSaleId, receiptId: receipt.id, lines }, call);
    // The goods are here whatever the stock book says: the shopper's money doesn't wait for it.
    if (!booked.ok) log.error({ afterSaleId, refusals: booked.refusals }, 'returned goods could not be booked');
    const settled = await settleAfterSale.received(afterSaleId, receipt.id);
    return settled ?? (await afterSales.byId(afterSaleId)) ?? afterSale;
  }

  /** Settles what was received and is not settled yet; then the replacement of an exchange is sent. */
  async function finish(afterSale: AfterSale, call: Call): Promise<AfterSale> {
    let now = afterSale;
    for (const receipt of afterSale.receipts) {
      if (receipt.settledAt === null) now = await settle(now, receipt, call);
    }
    const isBack = now.status === 'RETURNED' && now.receipts.every((receipt) => receipt.settledAt !== null);
    if (now.kind === 'EXCHANGE' && isBack && now.replacement === 'HELD') await replacements.send(now, call);
    return now;
  }

  async function receiveNow(
    id: string,
    given: ReceiveRequest['lines'],
    receiptId: string,
  ): Promise<Outcome<AfterSale>> {
    const waiting: readonly string[] = afterSaleTransitions.receiveAll.from;
    return transact(async (session): Promise<Outcome<AfterSale>> => {
      const before = await afterSales.byId(id, session);
      if (before === null) return refused(notFound(path, 'afterSale'));
      if (before.receipts.some((receipt) => receipt.id === receiptId)) return accepted(before);
      if (before.kind === 'REFUND_ONLY' || !waiting.includes(before.status)) return notNow(afterSales, id);
      const decided = decideReceipt(before, given);
      if (!decided.ok) return decided;
      const { linesAfter, complete } = decided.value;
      const lines = await sealedReasons(before, receiptId, decided.value.lines);
      const receipt = { id: receiptId, at: clock.now(), lines, settledAt: null };
      const after = await afterSales.addReceipt(session, before, { receipt, lines: linesAfter, complete });
      return after === null ? notNow(afterSales, id) : accepted(after);
    });
  }

  return {
    finish,

    async receive(
      { afterSaleId, lines, idempotencyKey }: ReceiveRequest,
      caller: string,
      call: Call,
    ): Promise<Outcome<AfterSale>> {
      // Of two like receipts nobody could tell whether they are one that was sent twice.
      if (lines !== null && idempotencyKey === null) return refused(keyNeeded);
      const receive = async (receiptId: string): Promise<Outcome<string>> => {
        const received = await receiveNow(afterSaleId, lines, receiptId);
        if (!received.ok) return received;
        await finish(received.value, call);
        return accepted(afterSaleId);
      };
      const key = idempotencyKey;
      const done =
        key === null
          ? await receive(newId('returnReceipt'))
          : await once(
              {
                caller,
                operation: 'receiveReturnedGoods',
                key,
                input: { afterSaleId, lines },
                subject: 'returnReceipt',
              },
              receive,
            );
      if (!done.ok) return done;
      const afterSale = await afterSales.byId(done.value);
      if (afterSale === null) throw new Error(`the after-sale ${done.value} is gone`);
      return accepted(afterSale);
    },
  };
}
