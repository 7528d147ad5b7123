/** What is either at hand or on its way. A value at hand costs a resolver no promise. */
export type Known<Value> = Value | Promise<Value>;

/** Goes on with a value, at once when it is at hand. */
export function whenKnown<Value, Next>(known: Known<Value>, goOn: (value: Value) => Known<Next>): Known<Next> {
  return known instanceof Promise ? known.then(goOn) : goOn(known);
}

/** Goes on with two values, at once when both are at hand. */
export function whenBothKnown<One, Other, Next>(
  one: Known<One>,
  other: Known<Other>,
  goOn: (one: One, other: Other) => Known<Next>,
): Known<Next> {
  if (!(one instanceof Promise) && !(other instanceof Promise)) return goOn(one, other);
  // Together: when both fail, neither failure is left without somebody who hears of it.
  return Promise.all([one, other]).then(([first, second]) => goOn(first, second));
}
