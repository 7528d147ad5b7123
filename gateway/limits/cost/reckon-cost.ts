import type { CostNode, ListSize } from './compile-cost.ts';

/** The most that a request can cost, in points: 1 for being asked, and what its lists may hold. */
export function estimatedCost(nodes: readonly CostNode[], variables: Readonly<Record<string, unknown>>): number {
  return 1 + sum(nodes, variables);
}

/** What an answer came to, by the same tree: lists as long as they are, nothing for what is null. */
export function actualCost(nodes: readonly CostNode[], data: unknown): number {
  return 1 + sumOf(nodes, data);
}

function sum(nodes: readonly CostNode[], variables: Readonly<Record<string, unknown>>): number {
  let points = 0;
  for (const { weight, size, inside } of nodes) {
    points += sizeOf(size, variables) * (weight + (inside.length > 0 ? sum(inside, variables) : 0));
  }
  return points;
}

function sizeOf(size: ListSize, variables: Readonly<Record<string, unknown>>): number {
  if (typeof size === 'number') return size;
  const given = variables[size.variable];
  // Anything else is refused by whoever coerces the variables.
  return typeof given === 'number' && given >= 0 ? given : size.fallback;
}

function sumOf(nodes: readonly CostNode[], data: unknown): number {
  if (data === null || typeof data !== 'object') return 0;
  let points = 0;
  for (const { key, weight, inside } of nodes) {
    for (const value of flat((data as Record<string, unknown>)[key])) points += weight + sumOf(inside, value);
  }
  return points;
}

/** The values of a field: those of a list however deep it is nested, none for null. */
function flat(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}
