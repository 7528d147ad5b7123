import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type AuditedGateway, ourGateway, stockGateway } from './federation-audit/gateways.ts';
import { fetchSuite } from './federation-audit/fetch-suite.ts';
import { type Answer, openSuite, type Question } from './federation-audit/suite.ts';

/**
 * `npm run federation-audit -- [--from <git address>] [--only <case>]`: asks Apollo's gateway and ours everything in The Guild's federation audit. The suite is fetched
 * into `.data/federation-audit` and isn't part of this project. Ours answers everything twice, first by Apollo's plans and then compiled. Exit code 1 when ours
 * is wrong where Apollo's gateway is right, or when its two answers differ.
 */
const { values } = parseArgs({
  options: {
    from: { type: 'string', default: 'https://github.com/graphql-hive/federation-gateway-audit.git' },
    only: { type: 'string' },
  },
});
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const bundle = await fetchSuite(values.from, join(import.meta.dirname, '..', '.data', 'federation-audit'));
// A copy of the subgraphs for each way, so that no mutation meets what another way's did.
const [forStock, forOurs, forCompiled] = await Promise.all([1, 2, 3].map(() => openSuite(bundle)));
if (!forStock || !forOurs || !forCompiled) throw new Error('the suite was not opened');

const rows: { id: string; index: number; stock: boolean; ours: boolean; compiled: boolean; same: boolean }[] = [];
for (const id of (await forStock.ids()).filter((one) => values.only === undefined || one === values.only)) {
  const [stockCase, oursCase, compiledCase] = await Promise.all([
    forStock.open(id),
    forOurs.open(id),
    forCompiled.open(id),
  ]);
  const stock = await stockGateway(stockCase);
  let subgraphs = oursCase;
  const ours = await ourGateway(oursCase, () => subgraphs);
  // Some questions have an id made up at their opening: all ways are asked the same.
  const { questions } = oursCase;
  const fromStock = await askAll(stock, questions);
  const first = await askAll(ours, questions);
  subgraphs = compiledCase;
  const again = await askAll(ours, questions);
  await Promise.all([stock.stop(), ours.stop()]);
  for (const [index, question] of questions.entries()) {
    const is = (answers: readonly Answer[]) => isRight(question, answers[index]);
    const same = isDeepStrictEqual(withoutIds(first[index]), withoutIds(again[index]));
    const row = { id, index, stock: is(fromStock), ours: is(first), compiled: is(again), same };
    rows.push(row);
    if (row.stock && row.ours && row.compiled && same) continue;
    const told = [row.stock, row.ours, row.compiled].map((right) => (right ? 'right' : 'wrong'));
    console.log(
      `${id} ${index + 1}: stock ${told[0]}, ours ${told[1]}, compiled ${told[2]}${same ? '' : ', differently'}`,
    );
  }
}

const count = (which: 'stock' | 'ours' | 'compiled') => rows.filter((row) => row[which]).length;
console.log(
  `${rows.length} questions in ${new Set(rows.map(({ id }) => id)).size} cases. Right: stock ${count('stock')}, ours ${count('ours')}, ours compiled ${count('compiled')}`,
);
if (rows.some(({ stock, ours, compiled, same }) => (stock && !(ours && compiled)) || !same)) process.exitCode = 1;

async function askAll(gateway: AuditedGateway, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  // One after the other: mutations build on each other.
  for (const { query } of questions) answers.push(await gateway.ask(query));
  return answers;
}

/** As the suite's own runner judges: the data, and whether there are errors where it says so. */
function isRight({ expected }: Question, answer: Answer | undefined): boolean {
  const hasErrors = (answer?.errors?.length ?? 0) > 0;
  const data: unknown = JSON.parse(JSON.stringify(answer?.data ?? null));
  return (
    isDeepStrictEqual(data, expected.data ?? null) && (expected.errors === undefined || expected.errors === hasErrors)
  );
}

/** An answer without the ids of its request. */
function withoutIds(answer: Answer | undefined): unknown {
  return JSON.parse(JSON.stringify(answer ?? null, (key, value: unknown) => (key === 'requestId' ? undefined : value)));
}
