import type { Owed } from './cart.ts';
import type { Offer, Reduction } from './offer.ts';

/** An offer at work: what was owed when its turn came, and what it took off. */
export interface Application {
  readonly offer: Offer;
  readonly before: Owed;
  readonly reduction: Reduction;
  /** Σ of the reduction, minor units. */
  readonly saved: number;
}

/** The offers that apply together, in the order in which they act. */
export interface Combination {
  readonly applications: readonly Application[];
  readonly saved: number;
  /** What is owed after all of them. */
  readonly owed: Owed;
}

/**
 * How many partial combinations are looked at before the best one found is taken. A count and not a time, so that the same cart
 * always gets the same price; carts with dozens of offers stay far below it.
 */
export const searchLimit = 20_000;

/**
 * The legal combination that saves the shopper most, by branch and bound. Legal: at most one offer of a group, an exclusive offer
 * alone, each offer within its budget and worth something when its turn comes. Among equally good ones the first in pipeline order wins
 * (stage, higher priority, lower id). `offers` must be in pipeline order (`byPipelineOrder`).
 *
 * The bound: an offer's worth never grows while amounts shrink, so what the remaining offers can still save is at most the sum, over their
 * groups, of the best worth at the present amounts.
 */
export function bestCombination(offers: readonly Offer[], owed: Owed, limit = searchLimit): Combination {
  const useful = offers.filter((offer) => offer.worth(owed) > 0);
  let best: Combination = { applications: [], saved: 0, owed };
  let looked = 0;

  const search = (index: number, chosen: Combination): void => {
    if (chosen.saved > best.saved) best = chosen;
    const offer = useful[index];
    looked += 1;
    if (!offer || looked > limit) return;
    if (chosen.saved + stillPossible(useful, index, chosen) <= best.saved) return;
    const applied = fitsBeside(offer, chosen.applications) ? apply(offer, chosen.owed) : null;
    if (applied) {
      search(index + 1, {
        applications: [...chosen.applications, applied],
        saved: chosen.saved + applied.saved,
        owed: minus(chosen.owed, applied.reduction),
      });
    }
    search(index + 1, chosen);
  };

  search(0, best);
  return best;
}

/** Whether stacking allows the offer beside those already chosen. */
export function fitsBeside(offer: Offer, chosen: readonly Application[]): boolean {
  if (chosen.length > 0 && offer.exclusive) return false;
  return chosen.every(({ offer: other }) => !other.exclusive && (offer.group === null || offer.group !== other.group));
}

/** The offer at work, or null when it is worth nothing at these amounts or more than its budget has left. */
export function apply(offer: Offer, owed: Owed): Application | null {
  const saved = offer.worth(owed);
  if (saved === 0 || (offer.budgetLeftMinor !== null && saved > offer.budgetLeftMinor)) return null;
  return { offer, before: owed, reduction: offer.reduction(owed), saved };
}

/** What is owed after a reduction. */
export function minus(owed: Owed, reduction: Reduction): Owed {
  return {
    lines: owed.lines.map((amount, index) => amount - (reduction.lines[index] ?? 0)),
    freight: owed.freight - reduction.freight,
  };
}

function stillPossible(offers: readonly Offer[], from: number, chosen: Combination): number {
  const byGroup = new Map<string, number>();
  let ungrouped = 0;
  let alone = 0;
  for (let index = from; index < offers.length; index += 1) {
    const offer = offers[index];
    if (!offer || !fitsBeside(offer, chosen.applications)) continue;
    const worth = offer.worth(chosen.owed);
    if (offer.exclusive) alone = Math.max(alone, worth);
    else if (offer.group === null) ungrouped += worth;
    else byGroup.set(offer.group, Math.max(byGroup.get(offer.group) ?? 0, worth));
  }
  let together = ungrouped;
  for (const worth of byGroup.values()) together += worth;
  return Math.max(alone, together);
}
