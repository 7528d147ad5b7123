import type { Locale } from '#kit/viewer/viewer.ts';
import { textIn, type LocalText } from '../../product/domain/local-text.ts';
import { readAttributeKey } from './listing.ts';
import type { ListingQuery } from './listing-query.ts';
import type { PriceBand } from './price-bands.ts';

/** How many listings have a value. */
export interface ValueCount<Value> {
  readonly value: Value;
  readonly count: number;
}

/** Counts for every facet, each without its own selection, and of everything that fits. */
export interface FacetCounts {
  readonly total: number;
  readonly category: readonly ValueCount<string>[];
  readonly brand: readonly (ValueCount<string> & { readonly name: LocalText })[];
  /** By the place of the band among the currency's price bands. */
  readonly price: readonly ValueCount<number>[];
  readonly inStock: readonly ValueCount<boolean>[];
  /** By attribute key. */
  readonly attributes: readonly ValueCount<string>[];
}

/** One way to narrow a list down, as the graph shows it. */
export interface Facet {
  readonly field: string;
  readonly label: string;
  readonly values: readonly { value: string; label: string; count: number; selected: boolean }[];
}

/** The language of the names, and the name of a category; null for one that is gone in the meantime. */
export interface FacetNames {
  readonly locale: Locale;
  category(slug: string): string | null;
}

const most = { values: 50, attributes: 20 } as const;

const words = {
  'zh-CN': { category: '分类', brand: '品牌', price: '价格', inStock: '库存', yes: '有货', no: '缺货', above: '以上' },
  en: {
    category: 'Category',
    brand: 'Brand',
    price: 'Price',
    inStock: 'Stock',
    yes: 'In stock',
    no: 'Sold out',
    above: 'and above',
  },
} as const;

/** The facets to show: none without values, the most frequent values first. */
export function facetsOf(
  counts: FacetCounts,
  query: ListingQuery,
  bands: readonly PriceBand[],
  names: FacetNames,
): Facet[] {
  const say = words[names.locale];
  const facets: Facet[] = [
    {
      field: 'category',
      label: say.category,
      values: byCount(counts.category).flatMap(({ value, count }) => {
        const label = names.category(value);
        return label === null ? [] : [{ value, label, count, selected: value === query.categorySlug }];
      }),
    },
    {
      field: 'brand',
      label: say.brand,
      values: byCount(counts.brand).map(({ value, count, name }) => ({
        value,
        label: textIn(names.locale, name),
        count,
        selected: query.brandIds?.includes(value) ?? false,
      })),
    },
    {
      field: 'price',
      label: say.price,
      values: bands.flatMap((band, index) => {
        const count = counts.price.find(({ value }) => value === index)?.count ?? 0;
        const selected = query.price.min === band.min && query.price.max === band.max;
        const label = band.max === null ? `${band.value.slice(0, -1)} ${say.above}` : band.value;
        return count === 0 && !selected ? [] : [{ value: band.value, label, count, selected }];
      }),
    },
    {
      field: 'inStock',
      label: say.inStock,
      values: byCount(counts.inStock).map(({ value, count }) => ({
        value: String(value),
        label: value ? say.yes : say.no,
        count,
        selected: query.inStock === value,
      })),
    },
    ...attributeFacets(counts.attributes, query),
  ];
  return facets
    .filter(({ values }) => values.length > 0)
    .map((facet) => ({ ...facet, values: facet.values.slice(0, most.values) }));
}

function attributeFacets(counts: FacetCounts['attributes'], { attributes }: ListingQuery): Facet[] {
  const read = byCount(counts).map(({ value: key, count }) => ({ ...readAttributeKey(key), count }));
  const facets = [...Map.groupBy(read, ({ name }) => name)].map(([name, values]) => {
    const wanted = attributes.find((filter) => filter.name === name)?.values ?? [];
    return {
      field: `attribute:${name}`,
      label: name,
      values: values.map(({ value, count }) => ({ value, label: value, count, selected: wanted.includes(value) })),
    };
  });
  return facets.slice(0, most.attributes);
}

/** The most frequent first; ties by value, so that the same question has the same answer. */
function byCount<Counted extends ValueCount<unknown>>(counts: readonly Counted[]): Counted[] {
  return counts.toSorted((a, b) => b.count - a.count || (String(a.value) < String(b.value) ? -1 : 1));
}
