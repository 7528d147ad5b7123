import type { PlanNode, QueryPlan } from '@apollo/query-planner';

/** A query plan in a line: who is asked, and where in the answer, `→` one after the other, `|` at the same time. Nothing of what is asked for. */
export function planText({ node }: QueryPlan): string {
  if (node === undefined) return 'nobody is asked';
  return node.kind === 'Subscription' ? textOf(node.primary, '') : textOf(node, '');
}

function textOf(node: PlanNode, path: string): string {
  switch (node.kind) {
    case 'Fetch':
      return path === '' ? node.serviceName : `${node.serviceName}(${path})`;
    case 'Flatten':
      return textOf(node.node, [path, ...node.path].filter((step) => step !== '').join('.'));
    case 'Sequence':
      return node.nodes.map((each) => textOf(each, path)).join(' → ');
    case 'Parallel':
      return `[${node.nodes.map((each) => textOf(each, path)).join(' | ')}]`;
    case 'Condition': {
      const ways = [node.ifClause, node.elseClause].map((way) => (way ? textOf(way, path) : 'nothing'));
      return `($${node.condition} ? ${ways.join(' : ')})`;
    }
    case 'Defer':
      return 'deferred';
  }
}
