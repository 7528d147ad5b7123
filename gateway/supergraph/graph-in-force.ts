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

/** Holds one graph in force. A graph that was replaced is stopped when its last request leaves; `onFailure` hears when that goes wrong. */
export function createGraphInForce<Graph extends Stoppable>(
  first: Graph,
  onFailure: (error: unknown) => void,
): GraphInForce<Graph> {
  let inForce = { graph: first, requests: new UnderWay() };
  const running = new Set([inForce]);

  function stopIfUnused(one: typeof inForce): void {
    if (one === inForce || one.requests.count > 0) return;
    running.delete(one);
    one.graph.stop().catch(onFailure);
  }

  return {
    enter() {
      const entered = inForce;
      let left = false;
      entered.requests.begin();
      return {
        graph: entered.graph,
        leave() {
          if (left) return;
          left = true;
          entered.requests.end();
          stopIfUnused(entered);
        },
      };
    },
    replace(graph) {
      const before = inForce;
      inForce = { graph, requests: new UnderWay() };
      running.add(inForce);
      stopIfUnused(before);
    },
    async stop() {
      await Promise.all([...running].map(({ requests }) => requests.none()));
      await Promise.all([...running].map(({ graph }) => graph.stop()));
    },
  };
}
