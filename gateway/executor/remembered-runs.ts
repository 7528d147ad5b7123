import { bytesOf } from '#kit/near-cache/bytes-of.ts';
import { createRecall } from '#kit/weighed-cache/recall.ts';
import type { SubgraphFetch } from '../supergraph/subgraph-fetch.ts';
import type { Execute, Executed } from './compile-operation.ts';
import type { Run } from './fetch-step.ts';
import type { JsonObject } from './json.ts';

/** An answer without errors as the text that the client gets. */
export interface Written {
  readonly written: Buffer;
}

/**
 * Remembers the text of what an operation came to, together with what was asked of the subgraphs for it. Whoever asks the same has the same asked again, on their own
 * behalf: when each subgraph gives the very answer that it gave then, the text is the same, and nothing is merged, shaped or written again. Only subgraphs in the same process
 * can give the same answer twice, those that share what they remember; of any other nothing is remembered here.
 */
export interface RememberedRuns {
  /** `question`: the operation, its variables and for whom, in a text. `execute` runs the operation, asking by what it is given. */
  run(question: () => string, ask: Run['ask'], execute: Execute): Promise<Executed | Written>;
}

interface Asked {
  readonly fetch: SubgraphFetch;
  readonly variables: JsonObject;
  /** What the subgraph remembers is for the subgraph to keep or not. */
  answer: WeakRef<object> | null;
}

interface RememberedRun {
  /** What was asked at the same time, in turn: fetches that begin together may be sent together. */
  readonly rounds: readonly (readonly Asked[])[];
  readonly written: Buffer;
}

/** Questions longer than this are many, and seldom the same. */
const longestQuestion = 10_000;

/** Keeps so many bytes at most. */
export function createRememberedRuns(bytesAtMost: number): RememberedRuns {
  const runs = createRecall<RememberedRun>(bytesAtMost);
  /** Until a subgraph gives an answer that it shares nothing is worth remembering, and with subgraphs in other processes none ever does. */
  let isAnyShared = false;

  const watching = (ask: Run['ask']): Run['ask'] => {
    return (fetch, variables) =>
      ask(fetch, variables).then((answer) => {
        if (answer.shared) isAnyShared = true;
        return answer;
      });
  };

  async function runAndRemember(question: string, ask: Run['ask'], execute: Execute): Promise<Executed | Written> {
    const rounds: Asked[][] = [];
    let open: Asked[] | null = null;
    const executed = await execute(async (fetch, variables) => {
      // The same object is the same question to a subgraph, which need not read it again.
      for (const value of Object.values(variables)) Object.freeze(value);
      const asked: Asked = { fetch, variables, answer: null };
      if (open === null) rounds.push((open = [asked]));
      else open.push(asked);
      const answer = await ask(fetch, variables);
      open = null;
      if (answer.shared) asked.answer = new WeakRef(answer.shared);
      return answer;
    });
    const isShared = rounds.every((round) => round.every(({ answer }) => answer !== null));
    if (!isShared || !executed.data || executed.errors || executed.extensions) return executed;
    const written = Buffer.from(`${JSON.stringify({ data: executed.data })}\n`);
    const variables = rounds.flat().map((asked) => asked.variables);
    runs.remember(question, { rounds, written }, written.length + bytesOf(variables));
    return { written };
  }

  return {
    async run(questionOf, ask, execute) {
      const executed = isAnyShared ? null : await execute(watching(ask));
      if (executed !== null && !isAnyShared) return executed;
      const question = questionOf();
      if (question.length > longestQuestion) return executed ?? execute(ask);
      const found = await runs.recall(question, ({ rounds }) => answersAreTheSame(rounds, ask));
      // It has come once, and is told from those that haven't.
      if (executed !== null) return executed;
      if (typeof found === 'object') return found.value;
      return found === 'worth remembering' ? runAndRemember(question, ask, execute) : execute(ask);
    },
  };
}

async function answersAreTheSame(rounds: RememberedRun['rounds'], ask: Run['ask']): Promise<boolean> {
  for (const round of rounds) {
    const answers = await Promise.all(round.map(({ fetch, variables }) => ask(fetch, variables)));
    if (!answers.every(({ shared }, index) => shared !== undefined && shared === round[index]?.answer?.deref())) {
      return false;
    }
  }
  return true;
}
