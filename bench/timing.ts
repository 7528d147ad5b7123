import { thingsOf, unknownThings, type Things } from '../e2e/attacks/matrix/things.ts';
import { type MatrixRow, operationOf, ownedRows } from '../e2e/attacks/matrix/rows.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import type { Client } from '../e2e/world/client.ts';
import { aShop } from '../e2e/world/shop.ts';
import { lessOften } from '../kit/testing/ranks.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface TimingBenchmarkOptions {
  /** Of each kind, for each field. */
  readonly samples: number;
  readonly warmUp: number;
}

/** What is asked for: somebody else's, two that nobody has, and one's own, which does take another time and shows that the clock can tell. */
const kinds = ['foreign', 'unknown', 'unknown too', 'own'] as const;
type Kind = (typeof kinds)[number];

/** What belongs to others changes nothing and may be sent as often as one likes; one's own would be bought, cancelled or removed. */
const kindsOf = ({ coordinate }: MatrixRow): readonly Kind[] =>
  coordinate.startsWith('Query.') ? kinds : kinds.filter((kind) => kind !== 'own');

/** Differences that chance makes once in twenty runs, over all fields together. */
const chanceOfOneInTwenty = 0.05;

/** A guest's cart is named here to be taken along by whoever signs in, and nothing is looked for before they have. */
const refusedBefore = /^Mutation\.sign/;

/**
 * Whether the time of an answer tells a member that an id is somebody else's: every read and change that takes an id, through the whole graph, one request after the other, the kinds in
 * turn in an order that changes. Ids of others are compared with unknown ones by ranks; so are two unknown ones, as a control, and one's own. Gives markdown.
 */
export async function timingBenchmark(options: TimingBenchmarkOptions, log: (line: string) => void): Promise<string> {
  const fields = ownedRows.filter(({ coordinate }) => !refusedBefore.test(coordinate));
  return inSurroundings(log, async ({ startGraph }) => {
    const { facts } = await startGraph('all in one', { databasePrefix: 'timing' });
    await openCarriers(facts);
    const shop = await aShop(facts);
    const [owner, other] = await Promise.all([shop.shopper(), shop.shopper()]);
    const things: Record<Kind, Things> = {
      foreign: await thingsOf(shop, owner),
      unknown: unknownThings,
      'unknown too': likeUnknown(),
      own: await thingsOf(shop, other),
    };
    const { sku } = await shop.product({ price: '50.00', stock: 20 });
    const limit = limitFor(fields.length);
    const rows: string[][] = [];
    for (const field of fields) {
      const times = await measure(other.client, field, { things, skuId: sku.id }, options);
      const median = (kind: Kind) => (times[kind].length === 0 ? '' : quantileOf(times[kind], 0.5).toFixed(2));
      const deviation = (kind: Kind) => deviationOf(times[kind], times.unknown);
      const z = deviation('foreign');
      rows.push([
        field.row,
        ...kinds.map(median),
        z.toFixed(1),
        deviation('unknown too').toFixed(1),
        times.own.length === 0 ? '' : deviation('own').toFixed(1),
        Math.abs(z) < limit ? 'within noise' : 'TELLS',
      ]);
      log(rows.at(-1)?.join(' | ') ?? '');
    }
    const head = ['field', ...kinds.map((kind) => `${kind}, median ms`)];
    const compared = ['foreign against unknown, σ', 'unknown against unknown, σ', 'own against unknown, σ', 'verdict'];
    return `${table([...head, ...compared], rows)}\n\n${options.samples} of each; within noise: less than ${limit.toFixed(1)} σ.`;
  });
}

async function measure(
  client: Client,
  field: MatrixRow,
  { things, skuId }: { readonly things: Readonly<Record<Kind, Things>>; readonly skuId: string },
  { samples, warmUp }: TimingBenchmarkOptions,
): Promise<Record<Kind, number[]>> {
  const times: Record<Kind, number[]> = { foreign: [], unknown: [], 'unknown too': [], own: [] };
  const asked = kindsOf(field);
  for (let round = -warmUp; round < samples; round += 1) {
    // Each comes first, and after each other one, as often.
    for (let place = 0; place < asked.length; place += 1) {
      const step = round % 2 === 0 ? 1 : asked.length - 1;
      const kind =
        asked[((((round % asked.length) + asked.length) % asked.length) + place * step) % asked.length] ?? 'foreign';
      // With a key of its own each time: a repeated call would get its first answer.
      const { query, variables } = operationOf(field, things[kind], skuId);
      const begunAt = performance.now();
      const { errors } = await client.sendText(query, variables);
      if (round >= 0) times[kind].push(performance.now() - begunAt);
      const late = errors.find(({ extensions }) => extensions.code === 'BUSY' || extensions.code === 'RATE_LIMITED');
      if (late !== undefined) throw new Error(`${field.row} was refused for another reason: ${late.message}`);
    }
  }
  return times;
}

/** How many standard deviations of chance the ranks of `some` are from those of `others`; positive when `some` take longer. */
function deviationOf(some: readonly number[], others: readonly number[]): number {
  const chance = Math.sqrt((some.length + others.length + 1) / (12 * some.length * others.length));
  return (0.5 - lessOften(some, others)) / chance;
}

/** Standard deviations that chance passes once in twenty runs, over so many comparisons together. */
function limitFor(comparisons: number): number {
  const each = chanceOfOneInTwenty / comparisons;
  // Two-sided tail of the normal distribution, Abramowitz and Stegun 26.2.23, right to 0.0005.
  const t = Math.sqrt(-2 * Math.log(each / 2));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}

/** Other ids that nothing has: the same with the last sign changed. */
function likeUnknown(): Things {
  const changed = Object.entries(unknownThings).map(([kind, id]) => [
    kind,
    `${id.slice(0, -1)}${id.endsWith('7') ? '8' : '7'}`,
  ]);
  return Object.fromEntries(changed) as Things;
}
