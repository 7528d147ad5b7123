import { expect, test } from '@jest/globals';
import type { QueryPlan } from '@apollo/query-planner';
import { planText } from './plan-text.ts';

const fetch = (serviceName: string) =>
  ({ kind: 'Fetch', serviceName, operation: '{ secret(of: "somebody") }', operationKind: 'query' }) as const;

test('a plan is told by whom it asks, where and in which order, and not by what it asks', () => {
  const plan = {
    kind: 'QueryPlan',
    node: {
      kind: 'Sequence',
      nodes: [
        fetch('product'),
        {
          kind: 'Parallel',
          nodes: [
            { kind: 'Flatten', path: ['products', '@'], node: fetch('promotion') },
            {
              kind: 'Condition',
              condition: 'withStock',
              ifClause: { kind: 'Flatten', path: ['products', '@', 'skus', '@'], node: fetch('logistics') },
            },
          ],
        },
      ],
    },
  } as unknown as QueryPlan;
  expect(planText(plan)).toBe(
    'product → [promotion(products.@) | ($withStock ? logistics(products.@.skus.@) : nothing)]',
  );
  expect(planText({ kind: 'QueryPlan' } as QueryPlan)).toBe('nobody is asked');
});
