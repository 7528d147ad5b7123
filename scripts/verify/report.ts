import type { VerifiedInvariant } from './verified-invariant.ts';

const shown = 10;

/** A line for each invariant, with up to ten of its discrepancies below it, and a last line that says it all. */
export function reportOf(verified: readonly VerifiedInvariant[], seconds: number): string {
  const width = Math.max(...verified.map(({ owner, invariant }) => owner.length + invariant.length + 2));
  const lines = verified.flatMap(({ owner, invariant, count, discrepancies }) => {
    const name = `${owner}  ${invariant}`.padEnd(width);
    const verdict = discrepancies.length === 0 ? 'ok' : `${discrepancies.length} WRONG`;
    return [
      `${name}  ${String(count).padStart(8)}  ${verdict}`,
      ...discrepancies
        .slice(0, shown)
        .map(({ subject, expected, found }) => `    ${subject}: expected ${expected || '(nothing)'}, found ${found}`),
    ];
  });
  const wrong = verified.reduce((sum, { discrepancies }) => sum + discrepancies.length, 0);
  const compared = verified.reduce((sum, { count }) => sum + count, 0);
  const verdict = wrong === 0 ? 'all agree' : `${wrong} disagree`;
  return [...lines, `Verified: ${compared} comparisons in ${seconds.toFixed(1)} s, ${verdict}`].join('\n');
}
