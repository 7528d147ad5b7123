import { createDocumentCache } from '#kit/graphql/document-cache.ts';
import { mergeQueries, mergeVariables, splitAnswer, type EntityFetch, type FetchAnswer } from './merged-query.ts';

/** Asks the subgraph. */
type Send = (fetch: EntityFetch) => Promise<FetchAnswer>;

interface Waiting {
  readonly fetch: EntityFetch;
  settle(answer: Promise<FetchAnswer>): void;
}

/** Merged query texts that are remembered; the query plans of a client's documents make few. */
const remembered = 500;

/**
 * Lets the entity fetches that a request makes at the same moment travel as one call. The query plan makes one for each place in the
 * answer (a product's promotions, its SKUs' offers); merged they cost the subgraph one request with one set of loaders.
 */
export function createFetchMerger(): (request: object, fetch: EntityFetch, send: Send) => Promise<FetchAnswer> {
  const waiting = new Map<object, Waiting[]>();
  const texts = createDocumentCache<string>(remembered);

  function textFor(queries: readonly string[]): string {
    const key = queries.join('\n');
    const known = texts.get(key);
    if (known !== undefined) return known;
    const text = mergeQueries(queries);
    texts.set(key, text);
    return text;
  }

  function dispatch(request: object, send: Send): void {
    const together = waiting.get(request) ?? [];
    waiting.delete(request);
    const [first, ...others] = together;
    if (first === undefined) return;
    if (others.length === 0) {
      first.settle(send(first.fetch));
      return;
    }
    const fetches = together.map(({ fetch }) => fetch);
    const query = textFor(fetches.map((fetch) => fetch.query));
    const answers = send({ query, variables: mergeVariables(fetches) }).then((answer) =>
      splitAnswer(answer, fetches.length),
    );
    for (const [index, { settle }] of together.entries()) {
      settle(answers.then((each) => each[index] ?? { data: null }));
    }
  }

  return (request, fetch, send) =>
    new Promise((resolve) => {
      const queue = waiting.get(request);
      const entry = { fetch, settle: resolve };
      if (queue) {
        queue.push(entry);
        return;
      }
      waiting.set(request, [entry]);
      // After everything that the query plan starts now: its parallel steps are promises that are settled already.
      void Promise.resolve().then(() => process.nextTick(() => dispatch(request, send)));
    });
}
