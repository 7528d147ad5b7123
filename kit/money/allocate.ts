/**
 * Spreads `amount` over lines in proportion to `weights` by largest remainder: share = floor(amount · w / Σw), then one
 * unit each to the largest fractional parts, ties by line order. Σ shares = amount always, and no line's share passes
 * its ceiling: what a full line can't take is offered to the others by the same rule. When all (remaining) weights are
 * 0, the ceilings serve as weights, or equal weights where there are no ceilings.
 *
 * All numbers are whole and ≥ 0, amounts in minor units. RangeError when one isn't, when the lists differ in length,
 * when there is no line for an amount > 0, or when Σ ceilings < amount.
 */
export function allocate(amount: number, weights: readonly number[], ceilings?: readonly number[]): number[] {
  refuseUnlessWhole([amount, ...weights, ...(ceilings ?? [])]);
  if (ceilings === undefined) {
    if (weights.length === 0 && amount > 0) throw new RangeError(`there is no line to take ${amount}`);
    return byLargestRemainder(BigInt(amount), anyPositive(weights) ? weights : weights.map(() => 1));
  }
  if (ceilings.length !== weights.length) throw new RangeError('there must be one ceiling for each weight');
  const capacity = ceilings.reduce((total, ceiling) => total + BigInt(ceiling), 0n);
  if (capacity < BigInt(amount)) throw new RangeError(`${amount} doesn't fit under ceilings of ${capacity} in total`);
  return underCeilings(amount, weights, ceilings);
}

/**
 * Fills the lines that would overflow, takes them out, and spreads the rest again: each round closes a line or ends.
 * Closing lines only raises the shares of the open ones, so a closed line never has to be reopened.
 */
function underCeilings(amount: number, weights: readonly number[], ceilings: readonly number[]): number[] {
  const shares = weights.map(() => 0);
  let rest = BigInt(amount);
  let open = weights.map((weight, line) => ({ line, weight, ceiling: ceilings[line] ?? 0 }));
  for (;;) {
    const openWeights = open.map((entry) => entry.weight);
    const tried = byLargestRemainder(rest, anyPositive(openWeights) ? openWeights : open.map((entry) => entry.ceiling));
    const full = open.filter((entry, index) => (tried[index] ?? 0) > entry.ceiling);
    if (full.length === 0) {
      open.forEach((entry, index) => (shares[entry.line] = tried[index] ?? 0));
      return shares;
    }
    for (const entry of full) {
      shares[entry.line] = entry.ceiling;
      rest -= BigInt(entry.ceiling);
    }
    open = open.filter((entry) => !full.includes(entry));
  }
}

/** Without ceilings; BigInt because amount · weight passes 2^53 long before either does. */
function byLargestRemainder(amount: bigint, weights: readonly number[]): number[] {
  const total = weights.reduce((all, weight) => all + BigInt(weight), 0n);
  if (total === 0n) return weights.map(() => 0);
  const floors = weights.map((weight) => (amount * BigInt(weight)) / total);
  const fractions = weights.map((weight, line) => ({ line, fraction: (amount * BigInt(weight)) % total }));
  const missing = Number(amount - floors.reduce((all, share) => all + share, 0n));
  // Array.prototype.sort is stable, which gives ties to the earlier line.
  fractions.sort((a, b) => (a.fraction === b.fraction ? 0 : a.fraction > b.fraction ? -1 : 1));
  const lucky = new Set(fractions.slice(0, missing).map((entry) => entry.line));
  return floors.map((share, line) => Number(share) + (lucky.has(line) ? 1 : 0));
}

function anyPositive(numbers: readonly number[]): boolean {
  return numbers.some((number) => number > 0);
}

function refuseUnlessWhole(numbers: readonly number[]): void {
  const wrong = numbers.find((number) => !Number.isSafeInteger(number) || number < 0);
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a whole number of 0 or more`);
}
