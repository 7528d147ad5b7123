import type { PipelineStage } from 'mongoose';
import { currencyOf } from '../../channel/domain/channels.ts';
import type { LocalText } from '../../product/domain/local-text.ts';
import type { FacetCounts, ValueCount } from '../domain/facets.ts';
import type { ListingQuery } from '../domain/listing-query.ts';
import { attributeKey, readAttributeKey } from '../domain/listing.ts';
import { priceBands } from '../domain/price-bands.ts';
import { baseConditions, selections, type Condition } from './listing-filter.ts';

interface Group<Value> {
  readonly _id: Value;
  readonly count: number;
}

/** What the aggregation answers: a list of counts per facet. Selected attributes have one of their own, `attribute0` and on. */
export interface FacetRow {
  readonly total: readonly { readonly count: number }[];
  readonly category: readonly Group<string>[];
  readonly brand: readonly (Group<string | null> & { readonly name: LocalText | null })[];
  readonly price: readonly Group<number>[];
  readonly inStock: readonly Group<boolean>[];
  readonly attributes: readonly Group<string>[];
  readonly [selected: `attribute${number}`]: readonly Group<string>[];
}

type Step = PipelineStage.FacetPipelineStage;

/** The most values that one facet counts; what is shown is far less. */
const mostGroups = 1_000;

/** Counts all facets in one reading of what fits search and promotion; each facet leaves its own selection out. */
export function facetPipeline(query: ListingQuery): PipelineStage[] {
  const selected = selections(query);
  const without = (facet: string | null): Step => ({
    $match: allOf([...selected].filter(([field]) => field !== facet).map(([, condition]) => condition)),
  });
  const facets: Record<string, Step[]> = {
    total: [without(null), { $count: 'count' }],
    category: [without('category'), { $unwind: '$categorySlugs' }, ...countBy('$categorySlugs')],
    brand: [without('brand'), ...countBy('$brandId', { name: { $first: '$brandName' } })],
    price: [without('price'), ...priceBandSteps(query.channel)],
    inStock: [without('inStock'), ...countBy('$inStock')],
    attributes: [without(null), { $unwind: '$attributes' }, ...countBy('$attributes')],
  };
  query.attributes.forEach(({ name }, index) => {
    facets[`attribute${index}`] = [
      without(`attribute:${name}`),
      { $unwind: '$attributes' },
      // The keys of one name are the range from its separator to the character behind it.
      { $match: { attributes: { $gte: attributeKey(name, ''), $lt: `${name} ` } } },
      ...countBy('$attributes'),
    ];
  });
  return [{ $match: allOf(baseConditions(query)) }, { $facet: facets }];
}

/** The counts out of the aggregation's answer. */
export function readFacets(row: FacetRow | undefined, query: ListingQuery): FacetCounts {
  const selectedNames = query.attributes.map(({ name }) => name);
  const others = (row?.attributes ?? []).filter(({ _id }) => !selectedNames.includes(readAttributeKey(_id).name));
  const own = selectedNames.flatMap((_, index) => row?.[`attribute${index}`] ?? []);
  return {
    total: row?.total[0]?.count ?? 0,
    category: (row?.category ?? []).map(valueCount),
    brand: (row?.brand ?? []).flatMap(({ _id, count, name }) =>
      _id === null || name === null ? [] : [{ value: _id, count, name }],
    ),
    price: (row?.price ?? []).map(valueCount),
    inStock: (row?.inStock ?? []).map(valueCount),
    attributes: [...others, ...own].map(valueCount),
  };
}

function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? {} : { $and: conditions };
}

function countBy(expression: string, more: Record<string, { readonly $first: string }> = {}): Step[] {
  return [
    { $group: { _id: expression, count: { $sum: 1 }, ...more } },
    { $sort: { count: -1, _id: 1 } },
    { $limit: mostGroups },
  ];
}

/** A product counts once in each band that one of its prices is in: a band's place is the number of bands begun, less one. */
function priceBandSteps(channel: string): Step[] {
  const starts = priceBands(currencyOf(channel)).map(({ min }) => min);
  const begun = { $filter: { input: starts, as: 'start', cond: { $lte: ['$$start', '$$price'] } } };
  const bands = { $map: { input: '$pricesMinor', as: 'price', in: { $subtract: [{ $size: begun }, 1] } } };
  return [{ $project: { bands: { $setUnion: [bands, []] } } }, { $unwind: '$bands' }, ...countBy('$bands')];
}

function valueCount<Value>({ _id, count }: Group<Value>): ValueCount<Value> {
  return { value: _id, count };
}
