import type { VerificationReport } from '#kit/neighbours/verification.ts';

/** Two values that should be the same and are not. */
export interface Disagreement {
  readonly subject: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Collects what was compared and what disagreed. */
export interface Findings {
  /** Compares two values by their text. `subject` says of what: an id, or several joined by `:`. */
  compare(invariant: string, subject: string, expected: unknown, found: unknown): void;
  /** Takes over a comparison that was made elsewhere, of `count` things. */
  add(invariant: string, count: number, disagreements: readonly Disagreement[]): void;
  report(): VerificationReport;
}

/** Of each invariant; what is broken a hundred times is known well enough. */
const mostForEach = 100;

export function createFindings(): Findings {
  const checked = new Map<string, number>();
  const found = new Map<string, VerificationReport['discrepancies']>();
  function add(invariant: string, count: number, disagreements: readonly Disagreement[]): void {
    checked.set(invariant, (checked.get(invariant) ?? 0) + count);
    const named = found.get(invariant) ?? [];
    for (const { subject, expected, found: is } of disagreements.slice(0, mostForEach - named.length)) {
      named.push({ invariant, subject, expected: textOf(expected), found: textOf(is) });
    }
    found.set(invariant, named);
  }
  return {
    add,
    compare(invariant, subject, expected, actual) {
      const same = textOf(expected) === textOf(actual);
      add(invariant, 1, same ? [] : [{ subject, expected, found: actual }]);
    },
    report: () => ({
      checked: [...checked].map(([invariant, count]) => ({ invariant, count })),
      discrepancies: [...found.values()].flat(),
    }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
