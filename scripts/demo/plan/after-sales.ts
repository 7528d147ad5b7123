import type { PlannedOrder } from './orders.ts';

/** A request for money back for the first line of an order that has arrived. */
export interface PlannedAfterSale {
  readonly orderKey: string;
  readonly reason: string;
  /** What the staff makes of it; `OPEN` is left for them to decide. */
  readonly decision: 'APPROVE' | 'REFUSE' | 'OPEN';
}

const cases = [
  { reason: '颜色与图片不符', decision: 'APPROVE' },
  { reason: '尺码偏小', decision: 'OPEN' },
  { reason: '外包装破损', decision: 'APPROVE' },
  { reason: '已拆封使用，不喜欢', decision: 'REFUSE' },
  { reason: '少发一件', decision: 'APPROVE' },
  { reason: '质量不如预期', decision: 'OPEN' },
] as const;
const most = 18;

/** Every second order that has arrived and isn't received yet has one, up to eighteen in all. */
export function planAfterSales(orders: readonly PlannedOrder[]): PlannedAfterSale[] {
  return orders
    .filter(({ status }) => status === 'DELIVERED')
    .filter((_, index) => index % 2 === 0)
    .slice(0, most)
    .flatMap(({ key }, index) => {
      const one = cases[index % cases.length];
      return one ? [{ orderKey: key, ...one }] : [];
    });
}
