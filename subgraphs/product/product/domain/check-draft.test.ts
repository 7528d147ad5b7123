import { describe, expect, test } from '@jest/globals';
import { checkDraft } from './check-draft.ts';
import { draftFrom, type ProductInput } from './draft-from-input.ts';

const cny = (amount: string) => ({ amount, currency: 'CNY' });
const size = (value: string) => [{ name: '尺码', value }];

/** The paths and codes of everything that is wrong with an input. */
function wrongWith(change: Partial<ProductInput>): [string, string][] {
  const read = draftFrom({ title: '衬衫', skus: [{ code: 'A', price: cny('1.00') }], ...change });
  const refusals = read.ok ? checkDraft(read.value, 'CNY') : read.refusals;
  return refusals.map(({ path, code }) => [(path ?? []).join('.'), code]);
}
const sku = (code: string, value?: string) => ({
  code,
  price: cny('1'),
  options: value === undefined ? [] : size(value),
});

describe('a draft', () => {
  test('that is right is taken', () => {
    expect(wrongWith({})).toEqual([]);
    expect(
      wrongWith({ options: [{ name: '尺码', values: ['S', 'M'] }], skus: [sku('A', 'S'), sku('B', 'M')] }),
    ).toEqual([]);
    // Options may be read from the SKUs.
    expect(wrongWith({ skus: [sku('A', 'S'), sku('B', 'M')] })).toEqual([]);
  });

  test.each<[string, Partial<ProductInput>, [string, string][]]>([
    ['a title of 201 characters', { title: 'x'.repeat(201) }, [['title', 'INVALID_INPUT']]],
    ['a control character', { title: 'a\u0000b' }, [['title', 'INVALID_INPUT']]],
    ['an English title of spaces', { titleEn: ' ' }, [['titleEn', 'INVALID_INPUT']]],
    ['a description of 20,001 characters', { description: 'x'.repeat(20_001) }, [['description', 'INVALID_INPUT']]],
    ['a slug in capitals', { slug: 'Shirt' }, [['slug', 'INVALID_INPUT']]],
    [
      '101 SKUs',
      { skus: Array.from({ length: 101 }, (_, index) => sku(`S${index}`, `v${index}`)) },
      [
        ['skus', 'INVALID_INPUT'],
        ['options.0.values', 'INVALID_INPUT'],
      ],
    ],
    ['a code with a space', { skus: [sku('A B')] }, [['skus.0.code', 'INVALID_INPUT']]],
    ['one code twice', { skus: [sku('A', 'S'), sku('A', 'M')] }, [['skus.1.code', 'DUPLICATE_SKU_CODE']]],
    ['a weight of −1', { skus: [{ ...sku('A'), weightGrams: -1 }] }, [['skus.0.weightGrams', 'INVALID_INPUT']]],
    ['a weight of 1.5', { skus: [{ ...sku('A'), weightGrams: 1.5 }] }, [['skus.0.weightGrams', 'INVALID_INPUT']]],
    [
      'a cost in dollars',
      { skus: [{ ...sku('A'), cost: { amount: '1', currency: 'USD' } }] },
      [['skus.0.cost.currency', 'CURRENCY_MISMATCH']],
    ],
    [
      'a currency that is none',
      { skus: [{ ...sku('A'), price: { amount: '1', currency: 'XXY' } }] },
      [['skus.0.price.currency', 'INVALID_INPUT']],
    ],
    ['a protocol-relative picture', { images: [{ url: '//evil.example/x.png' }] }, [['images.0.url', 'INVALID_INPUT']]],
    ['51 pictures', { images: Array.from({ length: 51 }, () => ({ url: '/a.png' })) }, [['images', 'INVALID_INPUT']]],
    [
      'an attribute without a value',
      { attributes: [{ name: '材质', value: '' }] },
      [['attributes.0.value', 'INVALID_INPUT']],
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(wrongWith(change)).toEqual(expected);
  });

  test.each<[string, Partial<ProductInput>, string]>([
    [
      'a value that is not listed',
      { options: [{ name: '尺码', values: ['S'] }], skus: [sku('A', 'XL')] },
      'skus.0.options',
    ],
    ['an option left out', { options: [{ name: '尺码', values: ['S'] }], skus: [sku('A')] }, 'skus.0.options'],
    ['an option that the product has not', { options: [], skus: [sku('A', 'S')] }, 'skus.0.options'],
    ['two SKUs of the same values', { skus: [sku('A', 'S'), sku('B', 'S')] }, 'skus.1.options'],
    ['two SKUs without options', { skus: [sku('A'), sku('B')] }, 'skus.1.options'],
    [
      'one option twice',
      {
        options: [
          { name: '尺码', values: ['S'] },
          { name: '尺码', values: ['S'] },
        ],
        skus: [sku('A', 'S')],
      },
      'options.1.name',
    ],
    ['one value twice', { options: [{ name: '尺码', values: ['S', 'S'] }], skus: [sku('A', 'S')] }, 'options.0.values'],
  ])('with %s is refused', (_what, change, path) => {
    expect(wrongWith(change)).toEqual([[path, 'INVALID_INPUT']]);
  });
});
