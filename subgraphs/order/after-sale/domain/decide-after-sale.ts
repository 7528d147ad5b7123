import {
  accepted,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import { paidStatuses } from '../../order/domain/order-states.ts';
import type { Order } from '../../order/domain/order.ts';
import { shareOf } from '../../refund/domain/refund-share.ts';
import { hasShipped, type AfterSaleKind, type AfterSaleLine } from './after-sale.ts';

/** What a member asks for. */
export interface AfterSaleRequest {
  readonly kind: AfterSaleKind;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
  readonly reason: string;
}

/** A request that can be taken. */
export interface AfterSaleDecision {
  readonly kind: 'REFUND_ONLY' | 'RETURN_AND_REFUND';
  readonly lines: readonly AfterSaleLine[];
  readonly reason: string;
}

const longestReason = 500;

/** AFTER_SALE_WINDOW_CLOSED: too long after the receipt. `closedAt` is ISO text, because refusals are stored as JSON. */
function windowClosed(closedAt: Date) {
  return {
    type: 'AfterSaleWindowClosedError',
    code: 'AFTER_SALE_WINDOW_CLOSED',
    path: ['orderId'],
    closedAt: closedAt.toISOString(),
  } as const satisfies Refusal;
}

/** INVALID_INPUT unless a reason has 1 to 500 characters. */
export function reasonRefusals(reason: string): Refusal[] {
  if (reason.length >= 1 && reason.length <= longestReason) return [];
  return [
    invalidInput(['reason'], {
      en: `Give a reason of 1 to ${longestReason} characters.`,
      zh: `请填写 1 到 ${longestReason} 个字符的原因。`,
    }),
  ];
}

function lineDecision(order: Order, asked: AfterSaleRequest['lines'][number], index: number): Outcome<AfterSaleLine> {
  const path = ['lines', String(index)];
  const line = order.lines.find(({ lineId }) => lineId === asked.orderLineId);
  if (line === undefined) return refused(notFound([...path, 'orderLineId'], 'orderLine'));
  const left = line.quantity - line.claimedUnits;
  if (!Number.isInteger(asked.quantity) || asked.quantity < 1 || asked.quantity > left) {
    return refused(
      invalidInput([...path, 'quantity'], {
        en: `The quantity must be a whole number from 1 to the ${left} that are left on this line.`,
        zh: `数量须为 1 到该行剩余的 ${left} 件之间的整数。`,
      }),
    );
  }
  return accepted({
    orderLineId: line.lineId,
    skuId: line.skuId,
    quantity: asked.quantity,
    refundMinor: shareOf(line, asked.quantity),
    receivedUnits: 0,
    receivedMinor: 0,
  });
}

/**
 * Whether a request can be taken, and what goes back for it. After the receipt it can for `windowMs`; amounts are shares of what was paid for the lines.
 */
export function decideAfterSale(
  order: Order,
  request: AfterSaleRequest,
  now: Date,
  windowMs: number,
): Outcome<AfterSaleDecision> {
  const { kind } = request;
  const reason = request.reason.trim();
  const wrong = reasonRefusals(reason);
  if (wrong.length > 0) return refused(...wrong);
  if (kind === 'EXCHANGE') {
    return refused(
      invalidInput(['kind'], {
        en: 'Exchanges are not offered yet. Return the goods and order again.',
        zh: '暂不支持换货，请退货后重新下单。',
      }),
    );
  }
  if (!paidStatuses.some((status) => status === order.status))
    return refused(invalidState(['orderId'], { state: order.status }));
  if (kind === 'RETURN_AND_REFUND' && !hasShipped(order.status))
    return refused(invalidState(['kind'], { state: order.status }));
  const closedAt = order.completedAt && new Date(order.completedAt.getTime() + windowMs);
  if (closedAt && closedAt <= now) return refused(windowClosed(closedAt));

  const ids = new Set(request.lines.map((line) => line.orderLineId));
  if (ids.size === 0 || ids.size !== request.lines.length) {
    return refused(
      invalidInput(['lines'], {
        en: 'Name at least one line, each line once.',
        zh: '请至少选择一行商品，且每行只选一次。',
      }),
    );
  }
  const lines: AfterSaleLine[] = [];
  for (const [index, asked] of request.lines.entries()) {
    const decided = lineDecision(order, asked, index);
    if (!decided.ok) return decided;
    lines.push(decided.value);
  }
  return accepted({ kind, lines, reason });
}
