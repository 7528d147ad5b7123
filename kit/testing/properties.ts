import fc from 'fast-check';

/**
 * What is wrong with the first value that breaks the property, and that value, made small, with its seed; null when none was found. Looks at `runs` values, the same every
 * time; `npm run properties` says otherwise by PROPERTY_RUNS and PROPERTY_SEED.
 */
export function whatBreaks<T>(property: fc.IProperty<T>, runs = 100): string | null {
  const { PROPERTY_RUNS: wanted = runs, PROPERTY_SEED: seed = 20_261_123 } = process.env;
  const found = fc.check(property, { numRuns: Number(wanted), seed: Number(seed) });
  if (!found.failed) return null;
  return `${String(found.errorInstance)}\n${fc.defaultReportMessage(found) ?? ''}`;
}

/** Throws unless the two are equal as JSON; without the matchers' cost, where a property looks at millions of values. */
export function same(what: string, found: unknown, expected: unknown): void {
  if (found === expected) return;
  const [is, shall] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== shall) throw new Error(`${what}: ${is} is not ${shall}`);
}

/** Throws unless it holds. */
export function must(hold: boolean, what: string): void {
  if (!hold) throw new Error(`it isn't so: ${what}`);
}
