import { UnderWay } from '#kit/under-way/under-way.ts';

/** What is answered with, and can be put away. */
interface Stoppable {
  stop(): Promise<void>;
}

/** A graph for as long as one request needs it. */
export interface GraphUse<Graph> {
  readonly graph: Graph;
  /** The request has its answer, or is gone. Later calls count for nothing. */
  leave(): void;
}

/** The graph that requests are answered with. */
export interface GraphInForce<Graph> {
  /** The graph that is in force now; it stays as it is until the request leaves. */
  enter(): GraphUse<Graph>;
  /** Puts another one in force: requests that begin from now on see all of it, those under way nothing. */
  replace(next: Graph): void;
  /** Stops all, once requests have left whose clients may have gone away; waits for them a moment. */
  stop(): Promise<void>;
}

/** How long requests are waited for, milliseconds: more than an answer takes, less than a process is given to stop. */
const leaveWithinMs = 2_500;

/** Holds one graph in force. A graph that was replaced is stopped when its last request leaves; `onFailure` hears when that goes wrong. */
export function createGraphInForce<Graph extends Stoppable>(
  first: Graph,
  onFailure: (error: unknown) => void,
): GraphInForce<Graph> {
  const uses = new Map<Graph, number>([[first, 0]]);
  let inForce = first;
  const underWay = new UnderWay();

  function stopIfUnused(graph: Graph): void {
    if (graph === inForce || uses.get(graph) !== 0) return;
    uses.delete(graph);
    graph.stop().catch(onFailure);
  }

  return {
    enter() {
      const graph = inForce;
      let left = false;
      underWay.begin();
      uses.set(graph, (uses.get(graph) ?? 0) + 1);
      return {
        graph,
        leave() {
          if (left) return;
          left = true;
          underWay.end();
          uses.set(graph, (uses.get(graph) ?? 1) - 1);
          stopIfUnused(graph);
        },
      };
    },
    replace(next) {
      const before = inForce;
      uses.set(next, 0);
      inForce = next;
      stopIfUnused(before);
    },
    async stop() {
      await underWay.none(leaveWithinMs);
      await Promise.all([...uses.keys()].map((graph) => graph.stop()));
    },
  };
}
