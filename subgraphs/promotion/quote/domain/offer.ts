import { allocate } from '#kit/money/allocate.ts';
import { money, percentOf } from '#kit/money/money.ts';
import { amountOf, type CartLine, type Owed } from './cart.ts';
import type { BuiltKind, CouponRule, LadderStep, PromotionRule, Stacking } from './rule.ts';
import { coversLine } from './scope.ts';

/** How much one offer takes off what is owed, minor units. */
export interface Reduction {
  /** By line, in line order. */
  readonly lines: readonly number[];
  readonly freight: number;
}

/** What is missing until an offer gives (more than) nothing. */
export interface Shortfall {
  readonly amountMinor: number | null;
  readonly quantity: number | null;
}

/** The stages of the price pipeline in which offers act, in their order (domain rules, "Price pipeline"). */
export const stages = { TIMED_PRICE: 0, LADDER: 1, COUPON: 2, FREIGHT: 3 } as const;

/** A promotion or coupon, bound to the lines of one cart. */
export interface Offer {
  /** Promotion id, or coupon id, or template id of an unclaimed code: the last tie-break. */
  readonly id: string;
  readonly source: { readonly promotion: PromotionRule } | { readonly coupon: CouponRule };
  readonly stage: number;
  readonly group: string | null;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly budgetLeftMinor: number | null;
  /** Indexes of the eligible lines. */
  readonly lines: readonly number[];
  /**
   * What it would take off in total, minor units, whatever the budget says; only an approved promotion takes a line below its floor. Never grows when anything owed shrinks: the search for
   * the best combination rests on that.
   */
  worth(owed: Owed): number;
  /** The same, spread over lines and freight. Never more than is owed on each. */
  reduction(owed: Owed): Reduction;
  /** What is missing, when its worth is 0 for want of a threshold; null when no threshold is in the way. */
  shortfall(owed: Owed): Shortfall | null;
  /** Whether it would take something off if prices had no floors, and takes nothing because they do. */
  isHeldByFloors(owed: Owed): boolean;
}

/** Offers act by stage, then the higher priority first, then by id. */
export function byPipelineOrder(a: Offer, b: Offer): number {
  return a.stage - b.stage || b.priority - a.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** The group of an offer whose stacking names none: one ladder, one coupon, one free shipping an order; timed prices don't compete. */
export function defaultGroup(kind: BuiltKind | 'COUPON'): string | null {
  if (kind === 'TIMED_PRICE') return null;
  if (kind === 'FREE_SHIPPING') return 'shipping';
  return kind === 'COUPON' ? 'coupon' : 'ladder';
}

/** A promotion over the lines that its scope covers. */
export function promotionOffer(promotion: PromotionRule, cart: readonly CartLine[]): Offer {
  const lines = coveredLines(promotion, cart);
  const common = {
    id: promotion.id,
    source: { promotion },
    ...stackingOf(promotion.stacking, promotion.kind),
    budgetLeftMinor: promotion.budgetLeftMinor,
    lines,
  };
  const floors = promotion.passesFloor ? cart.map(() => 0) : floorsOf(cart);
  if (promotion.kind === 'TIMED_PRICE') {
    const effect = above(floors, (least) => timedPrice(promotion, cart, lines, least));
    return { ...common, stage: stages.TIMED_PRICE, ...effect };
  }
  const quantity = lines.reduce((total, index) => total + (cart[index]?.quantity ?? 0), 0);
  if (promotion.kind === 'FREE_SHIPPING') {
    const effect = freeShipping(promotion.ladder, lines, quantity);
    return { ...common, stage: stages.FREIGHT, ...effect, isHeldByFloors: () => false };
  }
  const goods = { lines, quantity };
  const effect = above(floors, (least) => ladder(promotion.ladder, promotion.currency, goods, least));
  return { ...common, stage: stages.LADDER, ...effect };
}

/** A coupon over the lines that its scope covers: a ladder of one rung. */
export function couponOffer(coupon: CouponRule, cart: readonly CartLine[]): Offer {
  const lines = coveredLines(coupon, cart);
  const rung: LadderStep = { ...coupon, thresholdQuantity: null };
  return {
    id: coupon.couponId ?? coupon.templateId,
    source: { coupon },
    stage: stages.COUPON,
    ...stackingOf(coupon.stacking, 'COUPON'),
    budgetLeftMinor: coupon.budgetLeftMinor,
    lines,
    ...above(floorsOf(cart), (least) => ladder([rung], coupon.currency, { lines, quantity: 0 }, least)),
  };
}

/** What must be left of each line, minor units. */
function floorsOf(cart: readonly CartLine[]): number[] {
  return cart.map(({ floorMinor, quantity }) => floorMinor * quantity);
}

function coveredLines({ scope }: PromotionRule | CouponRule, cart: readonly CartLine[]): number[] {
  return cart.flatMap((line, index) => (coversLine(scope, line) ? [index] : []));
}

function stackingOf(stacking: Stacking, kind: BuiltKind | 'COUPON') {
  return {
    group: stacking.group ?? defaultGroup(kind),
    exclusive: stacking.exclusive,
    priority: stacking.priority,
  };
}

type Effect = Pick<Offer, 'worth' | 'reduction' | 'shortfall'>;

/** An effect that leaves as much of each line as `floors` say, and can tell whether that is what keeps it from giving anything. */
function above(
  floors: readonly number[],
  effectAbove: (floors: readonly number[]) => Effect,
): Effect & Pick<Offer, 'isHeldByFloors'> {
  const effect = effectAbove(floors);
  const isHeldByFloors = (owed: Owed) => effect.worth(owed) === 0 && effectAbove(floors.map(() => 0)).worth(owed) > 0;
  return { ...effect, isHeldByFloors };
}

/** Every eligible unit costs its timed price instead, or what its floor is; a line that is already cheaper stays as it is. */
function timedPrice(
  promotion: PromotionRule,
  cart: readonly CartLine[],
  eligible: readonly number[],
  floors: readonly number[],
): Effect {
  const step = promotion.ladder[0];
  const targets = new Map(
    eligible.map((index): [number, number] => {
      const line = cart[index];
      if (!line || !step) return [index, Infinity];
      const unit = line.unitPriceMinor - stepWorth(step, line.unitPriceMinor, promotion.currency);
      return [index, Math.max(unit * line.quantity, floors[index] ?? 0)];
    }),
  );
  const reduction = (owed: Owed): Reduction => ({
    lines: owed.lines.map((amount, index) => Math.max(0, amount - (targets.get(index) ?? Infinity))),
    freight: 0,
  });
  return {
    worth: (owed) => reduction(owed).lines.reduce((sum, share) => sum + share, 0),
    reduction,
    shortfall: () => null,
  };
}

/** The reached rung that gives most, spread over the eligible lines in proportion to what each still costs; what a line at its floor can't take is offered to the others. */
function ladder(
  steps: readonly LadderStep[],
  currency: string,
  { lines: eligible, quantity }: { readonly lines: readonly number[]; readonly quantity: number },
  floors: readonly number[],
): Effect {
  const isEligible = new Set(eligible);
  const roomOf = (owed: Owed, index: number) => Math.max(0, (owed.lines[index] ?? 0) - (floors[index] ?? 0));
  const worth = (owed: Owed) => {
    const amount = amountOf(owed, eligible);
    const reached = steps.filter((step) => reaches(step, amount, quantity));
    const most = reached.reduce((best, step) => Math.max(best, stepWorth(step, amount, currency)), 0);
    return most === 0
      ? 0
      : Math.min(
          most,
          eligible.reduce((room, index) => room + roomOf(owed, index), 0),
        );
  };
  return {
    worth,
    reduction: (owed) => {
      const amounts = owed.lines.map((amount, index) => (isEligible.has(index) ? amount : 0));
      const rooms = owed.lines.map((_, index) => (isEligible.has(index) ? roomOf(owed, index) : 0));
      return { lines: allocate(worth(owed), amounts, rooms), freight: 0 };
    },
    shortfall: (owed) => shortfallOf(steps, amountOf(owed, eligible), quantity),
  };
}

/** The whole freight, once the eligible lines reach the threshold. */
function freeShipping(steps: readonly LadderStep[], eligible: readonly number[], quantity: number): Effect {
  const reached = (owed: Owed) =>
    eligible.length > 0 &&
    (steps.length === 0 || steps.some((step) => reaches(step, amountOf(owed, eligible), quantity)));
  const worth = (owed: Owed) => (reached(owed) ? owed.freight : 0);
  return {
    worth,
    reduction: (owed) => ({ lines: owed.lines.map(() => 0), freight: worth(owed) }),
    shortfall: (owed) => (reached(owed) ? null : shortfallOf(steps, amountOf(owed, eligible), quantity)),
  };
}

/** Exact minor units: 9901 doesn't reach 10000. */
function reaches(step: LadderStep, amount: number, quantity: number): boolean {
  return amount >= (step.thresholdMinor ?? 0) && quantity >= (step.thresholdQuantity ?? 0);
}

/** What one rung takes off `amount`, never more than the amount. */
function stepWorth(step: LadderStep, amount: number, currency: string): number {
  const off =
    step.percentOff === null ? (step.amountOffMinor ?? 0) : percentOf(money(amount, currency), step.percentOff).minor;
  return Math.min(off, amount);
}

/** Of the rungs not reached, what the nearest one lacks; null when some rung is reached. */
function shortfallOf(steps: readonly LadderStep[], amount: number, quantity: number): Shortfall | null {
  if (steps.some((step) => reaches(step, amount, quantity))) return null;
  const gaps = steps.map((step) => ({
    amountMinor: Math.max(0, (step.thresholdMinor ?? 0) - amount),
    quantity: Math.max(0, (step.thresholdQuantity ?? 0) - quantity),
  }));
  gaps.sort((a, b) => a.amountMinor - b.amountMinor || a.quantity - b.quantity);
  const nearest = gaps[0];
  if (!nearest) return null;
  return { amountMinor: nearest.amountMinor || null, quantity: nearest.quantity || null };
}
