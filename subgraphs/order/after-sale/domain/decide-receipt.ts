import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { shareOf } from '../../refund/domain/refund-share.ts';
import type { AfterSale, AfterSaleLine, ReceiptLine } from './after-sale.ts';

/** Units of one line as the warehouse found them. */
export interface ReceivedLine {
  readonly orderLineId: string;
  readonly restocked: number;
  readonly writtenOff: number;
  readonly reason: string | null;
}

/** What a receipt brings, and the after-sale's lines with it. */
export interface DecidedReceipt {
  readonly lines: readonly ReceiptLine[];
  readonly linesAfter: readonly AfterSaleLine[];
  /** True when nothing is missing any more. */
  readonly complete: boolean;
}

const longestReason = 200;

function refusalOf(given: ReceivedLine, missing: number, path: readonly string[]) {
  const { restocked, writtenOff, reason } = given;
  const wrong = (units: number) => !Number.isInteger(units) || units < 0;
  if (wrong(restocked) || wrong(writtenOff) || restocked + writtenOff < 1 || restocked + writtenOff > missing) {
    return invalidInput(path, {
      en: `Together they must be a whole number of units from 1 to the ${missing} that are missing.`,
      zh: `合计数量须为 1 到尚未退回的 ${missing} 件之间的整数。`,
    });
  }
  const named = reason === null ? 0 : reason.trim().length;
  if (named > longestReason || (writtenOff > 0 && named === 0)) {
    return invalidInput([...path, 'reason'], {
      en: `Say in 1 to ${longestReason} characters why units are written off.`,
      zh: `请用 1 到 ${longestReason} 个字符说明报损原因。`,
    });
  }
  return null;
}

/**
 * What came back, line by line; null when everything that is missing came back and can be sold again. What goes back for the units is their share of the
 * line's promise, the last ones get what is left. Units that were written off are paid for like the others: whoever doesn't want that refuses the request.
 */
export function decideReceipt(
  afterSale: Pick<AfterSale, 'kind' | 'lines'>,
  given: readonly ReceivedLine[] | null,
): Outcome<DecidedReceipt> {
  const received = given ?? everythingMissing(afterSale);
  const ids = new Set(received.map((line) => line.orderLineId));
  if (ids.size === 0 || ids.size !== received.length) {
    return refused(
      invalidInput(['lines'], {
        en: 'Name at least one line, each line once.',
        zh: '请至少选择一行商品，且每行只选一次。',
      }),
    );
  }
  const lines: ReceiptLine[] = [];
  let linesAfter = [...afterSale.lines];
  for (const [index, one] of received.entries()) {
    const path = ['lines', String(index)];
    const asked = afterSale.lines.find((line) => line.orderLineId === one.orderLineId);
    if (asked === undefined) return refused(notFound([...path, 'orderLineId'], 'orderLine'));
    const refusal = refusalOf(one, asked.quantity - asked.receivedUnits, path);
    if (refusal !== null) return refused(refusal);
    const units = one.restocked + one.writtenOff;
    const { quantity, refundMinor: totalMinor, receivedUnits, receivedMinor } = asked;
    const refundMinor = shareOf(
      { quantity, totalMinor, claimedUnits: receivedUnits, claimedMinor: receivedMinor },
      units,
    );
    const { orderLineId, restocked, writtenOff } = one;
    const reason = writtenOff > 0 ? (one.reason?.trim() ?? null) : null;
    lines.push({ orderLineId, skuId: asked.skuId, restocked, writtenOff, reason, refundMinor });
    const after = { ...asked, receivedUnits: receivedUnits + units, receivedMinor: receivedMinor + refundMinor };
    linesAfter = linesAfter.map((line) => (line === asked ? after : line));
  }
  const complete = linesAfter.every(({ quantity, receivedUnits }) => receivedUnits === quantity);
  if (afterSale.kind === 'EXCHANGE' && !complete) {
    return refused(
      invalidInput(['lines'], {
        en: 'The goods of an exchange come back all at once. Turn it into a refund to receive a part.',
        zh: '换货商品须一次性全部退回；如只退回部分，请先转为退款。',
      }),
    );
  }
  return accepted({ lines, linesAfter, complete });
}

function everythingMissing({ lines }: Pick<AfterSale, 'lines'>): ReceivedLine[] {
  return lines
    .filter(({ quantity, receivedUnits }) => receivedUnits < quantity)
    .map(({ orderLineId, quantity, receivedUnits }) => {
      return { orderLineId, restocked: quantity - receivedUnits, writtenOff: 0, reason: null };
    });
}
