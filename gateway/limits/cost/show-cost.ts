import type { CostNode } from './compile-cost.ts';
import { actualCost } from './reckon-cost.ts';

/** What a request may cost at most, and the tree by which its answer is reckoned. */
export interface ShownCost {
  readonly estimate: number;
  readonly nodes: readonly CostNode[];
}

/** The text of an answer with its cost in `extensions.cost`: for those who write documents, to write cheaper ones. */
export function showCost(body: string, { estimate, nodes }: ShownCost): string {
  const answer = JSON.parse(body) as { data?: unknown; extensions?: object };
  const extensions = { ...answer.extensions, cost: { estimate, actual: actualCost(nodes, answer.data) } };
  return JSON.stringify({ ...answer, extensions });
}
