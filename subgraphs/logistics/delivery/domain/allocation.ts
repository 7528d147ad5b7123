/** What an order needs of one SKU. */
export interface Demand {
  readonly skuId: string;
  readonly quantity: number;
  /** Of one piece. */
  readonly weightGrams: number;
}

/** A warehouse that could send, with what one parcel from it costs. All amounts in fen. */
export interface Source {
  readonly warehouseId: string;
  /** What it has, free to be sold, by SKU. */
  readonly available: ReadonlyMap<string, number>;
  /** A parcel of no weight: the carrier's first kilogram. */
  readonly fixedMinor: number;
  /** Each kilogram on top, in proportion. */
  readonly perKgMinor: number;
  readonly handlingMinor: number;
  /** What its lateness against the promise costs. */
  readonly latenessMinor: number;
}

export interface AllocationPolicy {
  /** What each parcel after the first costs in goodwill, fen. */
  readonly splitPenaltyMinor: number;
}

export interface ParcelPlan {
  readonly warehouseId: string;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly weightGrams: number;
}

export interface AllocationPlan {
  readonly parcels: readonly ParcelPlan[];
  /** Cost of the plan in thousandths of a fen, which keeps grams × fen per kilogram whole. */
  readonly costMilliMinor: number;
}

export interface Shortage {
  readonly skuId: string;
  readonly requested: number;
  readonly available: number;
}

export type Allocation =
  | { readonly ok: true; readonly plan: AllocationPlan }
  | { readonly ok: false; readonly shortages: readonly Shortage[] };

/** Up to this many sources all subsets are tried (4,095 of them); of more, the most useful ones. */
const exactLimit = 12;

/**
 * Chooses which warehouse sends what. Cost of a plan: Σ parcels (fixed + weight · rate + handling + lateness) + split penalty · (parcels − 1).
 * When one warehouse can send everything, the cheapest such warehouse does; only otherwise is the order split, at the least cost.
 * Exact: inside a set of warehouses each piece is cheapest from the one with the lowest rate that has it, and every set is tried.
 * Equal costs go to the earlier source. Each SKU appears once in `demand`, quantities are whole and positive.
 */
export function allocate(demand: readonly Demand[], sources: readonly Source[], policy: AllocationPolicy): Allocation {
  const shortages = demand
    .map(({ skuId, quantity }) => ({ skuId, requested: quantity, available: totalOf(sources, skuId) }))
    .filter((line) => line.available < line.requested);
  if (shortages.length > 0) return { ok: false, shortages };

  const single = cheapest(sources.map((source) => planFrom(demand, [source], policy)));
  if (single !== null) return { ok: true, plan: single };

  const useful = sources.filter((source) => piecesFrom(demand, source) > 0);
  const tried = useful.length <= exactLimit ? useful : mostUseful(demand, useful);
  const split = cheapest(subsetsOf(tried).map((subset) => planFrom(demand, subset, policy)));
  return { ok: true, plan: split ?? planFromFewest(demand, useful, policy) };
}

function totalOf(sources: readonly Source[], skuId: string): number {
  return sources.reduce((total, source) => total + (source.available.get(skuId) ?? 0), 0);
}

function piecesFrom(demand: readonly Demand[], source: Source): number {
  return demand.reduce((total, line) => total + Math.min(line.quantity, source.available.get(line.skuId) ?? 0), 0);
}

/** The sources that can send most of the order, in their given order. */
function mostUseful(demand: readonly Demand[], sources: readonly Source[]): readonly Source[] {
  const chosen = new Set(
    sources.toSorted((a, b) => piecesFrom(demand, b) - piecesFrom(demand, a)).slice(0, exactLimit),
  );
  return sources.filter((source) => chosen.has(source));
}

function subsetsOf(sources: readonly Source[]): Source[][] {
  const subsets: Source[][] = [];
  for (let mask = 1; mask < 2 ** sources.length; mask += 1) {
    subsets.push(sources.filter((_, index) => (mask & (1 << index)) !== 0));
  }
  return subsets;
}

function cheapest(plans: readonly (AllocationPlan | null)[]): AllocationPlan | null {
  return plans.reduce(
    (best, plan) => (plan !== null && (best === null || plan.costMilliMinor < best.costMilliMinor) ? plan : best),
    null,
  );
}

/** The cheapest plan that uses no other sources than these; null when they don't have enough. */
function planFrom(
  demand: readonly Demand[],
  sources: readonly Source[],
  policy: AllocationPolicy,
): AllocationPlan | null {
  const byRate = sources.toSorted((a, b) => a.perKgMinor - b.perKgMinor);
  const taken = new Map<Source, { skuId: string; quantity: number; weightGrams: number }[]>();
  for (const { skuId, quantity, weightGrams } of demand) {
    let missing = quantity;
    for (const source of byRate) {
      const quantityHere = Math.min(missing, source.available.get(skuId) ?? 0);
      if (quantityHere === 0) continue;
      const lines = taken.get(source) ?? [];
      taken.set(source, [...lines, { skuId, quantity: quantityHere, weightGrams: quantityHere * weightGrams }]);
      missing -= quantityHere;
    }
    if (missing > 0) return null;
  }
  const parcels = sources.flatMap((source) => {
    const lines = taken.get(source);
    return lines === undefined ? [] : [{ source, lines, weightGrams: sumOf(lines.map((line) => line.weightGrams)) }];
  });
  const costs = parcels.map(
    ({ source, weightGrams }) =>
      1000 * (source.fixedMinor + source.handlingMinor + source.latenessMinor) + weightGrams * source.perKgMinor,
  );
  return {
    parcels: parcels.map(({ source, lines, weightGrams }) => ({
      warehouseId: source.warehouseId,
      lines: lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
      weightGrams,
    })),
    costMilliMinor: sumOf(costs) + 1000 * policy.splitPenaltyMinor * (parcels.length - 1),
  };
}

/** For orders that even the most useful dozen can't fill: adds the warehouse that sends most of what is missing until nothing is. */
function planFromFewest(
  demand: readonly Demand[],
  sources: readonly Source[],
  policy: AllocationPolicy,
): AllocationPlan {
  const chosen: Source[] = [];
  const missing = new Map(demand.map((line) => [line.skuId, line]));
  while (missing.size > 0) {
    const [next] = sources
      .filter((source) => !chosen.includes(source))
      .toSorted((a, b) => piecesFrom([...missing.values()], b) - piecesFrom([...missing.values()], a));
    if (next === undefined) break;
    chosen.push(next);
    for (const line of missing.values()) {
      const quantity = line.quantity - Math.min(line.quantity, next.available.get(line.skuId) ?? 0);
      if (quantity === 0) missing.delete(line.skuId);
      else missing.set(line.skuId, { ...line, quantity });
    }
  }
  const plan = planFrom(demand, chosen, policy);
  if (plan === null) throw new Error('stock that covers every SKU must make a plan');
  return plan;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
