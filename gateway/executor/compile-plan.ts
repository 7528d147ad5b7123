import type { PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileFetch, type Run, type Step } from './fetch-step.ts';
import { Unusual } from './unusual.ts';

/** Compiles a query plan. Throws `Unusual` for parts that only Apollo's executor knows. */
export function compilePlan(supergraph: GraphQLSchema, plan: QueryPlan): Step {
  const entityFetches = countEntityFetches(plan.node);

  function compile(node: PlanNode, path: ResponsePath): Step {
    switch (node.kind) {
      case 'Fetch':
        return compileFetch(supergraph, node, path, entityFetches.get(node.serviceName) === 1);
      case 'Flatten':
        return compile(node.node, [...path, ...node.path]);
      case 'Sequence':
        return oneAfterAnother(node.nodes.map((each) => compile(each, path)));
      case 'Parallel':
        return allAtOnce(node.nodes.map((each) => compile(each, path)));
      case 'Condition': {
        const yes = node.ifClause ? compile(node.ifClause, path) : nothing;
        const no = node.elseClause ? compile(node.elseClause, path) : nothing;
        return (run) => (run.decisions.get(node.condition) === true ? yes(run) : no(run));
      }
      case 'Defer':
        throw new Unusual('a deferred part');
    }
  }

  if (plan.node === undefined) return nothing;
  if (plan.node.kind === 'Subscription') throw new Unusual('a subscription');
  return compile(plan.node, []);
}

/** How many fetches of entities a plan makes of each subgraph. */
function countEntityFetches(root: QueryPlan['node']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: QueryPlan['node']): void => {
    switch (node?.kind) {
      case 'Fetch':
        if (node.requires) counts.set(node.serviceName, (counts.get(node.serviceName) ?? 0) + 1);
        break;
      case 'Flatten':
        visit(node.node);
        break;
      case 'Sequence':
      case 'Parallel':
        node.nodes.forEach(visit);
        break;
      case 'Condition':
        visit(node.ifClause);
        visit(node.elseClause);
    }
  };
  visit(root);
  return counts;
}

const nothing: Step = () => undefined;

function oneAfterAnother(steps: readonly Step[]): Step {
  return async (run: Run) => {
    for (const step of steps) {
      const running = step(run);
      if (running) await running;
    }
  };
}

function allAtOnce(steps: readonly Step[]): Step {
  return (run) => {
    const running: Promise<void>[] = [];
    for (const step of steps) {
      const begun = begin(step, run);
      if (begun) running.push(begun);
    }
    return running.length === 0 ? undefined : Promise.all(running).then(() => undefined);
  };
}

/** A step that can't even begin must not leave those beside it without anybody who waits for them. */
function begin(step: Step, run: Run): Promise<void> | undefined {
  try {
    return step(run);
  } catch (error) {
    return Promise.reject(error);
  }
}
