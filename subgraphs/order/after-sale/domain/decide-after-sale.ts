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
import { replacementOf, type ReplacementFacts } from './decide-exchange.ts';
import { hasShipped, type AfterSaleKind, type AfterSaleLine } from './after-sale.ts';

/** What a member asks for. */
export interface AfterSaleRequest {
  readonly kind: AfterSaleKind;
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly quantity: number;
    /** What is wanted instead, in an exchange; null for the same SKU. */
    readonly replacementSkuId: string | null;
  }[];
  readonly reason: string;
}

/** A request that can be taken. */
export interface AfterSaleDecision {
  readonly kind: AfterSaleKind;
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

/** What is known of the SKUs that are wanted instead, by id. */
export type WantedSkus = ReadonlyMap<string, ReplacementFacts>;

function lineDecision(
  order: Order,
  kind: AfterSaleKind,
  asked: AfterSaleRequest['lines'][number],
  { wanted, path }: { readonly wanted: WantedSkus; readonly path: readonly string[] },
): Outcome<AfterSaleLine> {
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
  const { lineId: orderLineId, skuId } = line;
  const { quantity, replacementSkuId: other } = asked;
  const paidMinor = shareOf(line, quantity);
  const decided = { orderLineId, skuId, quantity, paidMinor, receivedUnits: 0, receivedMinor: 0 };
  const pathOfOther = [...path, 'replacementSkuId'];
  if (kind === 'EXCHANGE') {
    const facts = other === null ? undefined : wanted.get(other);
    const units = { units: quantity, paidMinor };
    const replacement = replacementOf(order, line, units, { skuId: other ?? skuId, facts, path: pathOfOther });
    if (!replacement.ok) return replacement;
    const { replacementSkuId, differenceMinor } = replacement.value;
    return accepted({ ...decided, refundMinor: differenceMinor, replacementSkuId });
  }
  if (other === null) return accepted({ ...decided, refundMinor: paidMinor, replacementSkuId: null });
  return refused(
    invalidInput(pathOfOther, {
      en: 'Only an exchange brings other goods. Leave the replacement out.',
      zh: '只有换货才能选择换购商品，请去掉该项。',
    }),
  );
}

/**
 * Whether a request can be taken, and what goes back for it. After the receipt it can for `windowMs`, milliseconds; amounts are shares of what was paid for the lines.
 */
export function decideAfterSale(
  order: Order,
  request: AfterSaleRequest,
  wanted: WantedSkus,
  { now, windowMs }: { readonly now: Date; readonly windowMs: number },
): Outcome<AfterSaleDecision> {
  const { kind } = request;
  const reason = request.reason.trim();
  const wrong = reasonRefusals(reason);
  if (wrong.length > 0) return refused(...wrong);
  if (!paidStatuses.some((status) => status === order.status))
    return refused(invalidState(['orderId'], { state: order.status }));
  if (kind !== 'REFUND_ONLY' && !hasShipped(order.status))
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
    const decided = lineDecision(order, kind, asked, { wanted, path: ['lines', String(index)] });
    if (!decided.ok) return decided;
    lines.push(decided.value);
  }
  return accepted({ kind, lines, reason });
}
