import type { PlanNode, QueryPlan, ResponsePath } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { compileFetch, type Run, type Step } from './fetch-step.ts';
import { Unusual } from './unusual.ts';

/** Compiles a query plan. Throws `Unusual` for parts that only Apollo's executor knows. */
export function compilePlan(supergraph: GraphQLSchema, plan: QueryPlan): Step {
  function compile(node: PlanNode, path: ResponsePath): Step {
    switch (node.kind) {
      case 'Fetch':
        return compileFetch(supergraph, node, path);
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
