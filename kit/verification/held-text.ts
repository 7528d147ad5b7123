/** What is held, written out so that two owners' words can be compared: `sku_1 x 2, sku_2 x 1`, by name, what is named twice added up; empty for nothing. */
export function heldText(held: Iterable<readonly [name: string, amount: number]>): string {
  const amounts = new Map<string, number>();
  for (const [name, amount] of held) amounts.set(name, (amounts.get(name) ?? 0) + amount);
  return [...amounts]
    .filter(([, amount]) => amount !== 0)
    .map(([name, amount]) => `${name} x ${amount}`)
    .toSorted()
    .join(', ');
}
