import { describe, expect, test } from '@jest/globals';
import { readOptions, variantsOf } from './variants.ts';

describe('a cell with options', () => {
  test('gives a SKU for every combination, with what its values add to price and weight', () => {
    const variants = variantsOf(readOptions('颜色:黑/白;容量:小/大+300~20'));
    expect(variants).toEqual([
      {
        options: [
          { name: '颜色', value: '黑' },
          { name: '容量', value: '小' },
        ],
        addsMinor: 0,
        addsGrams: 0,
      },
      {
        options: [
          { name: '颜色', value: '黑' },
          { name: '容量', value: '大' },
        ],
        addsMinor: 30000,
        addsGrams: 20,
      },
      {
        options: [
          { name: '颜色', value: '白' },
          { name: '容量', value: '小' },
        ],
        addsMinor: 0,
        addsGrams: 0,
      },
      {
        options: [
          { name: '颜色', value: '白' },
          { name: '容量', value: '大' },
        ],
        addsMinor: 30000,
        addsGrams: 20,
      },
    ]);
  });

  test('can make a value cheaper and lighter', () => {
    expect(readOptions('规格:60片-80~-900')).toEqual([
      { name: '规格', choices: [{ value: '60片', addsMinor: -8000, addsGrams: -900 }] },
    ]);
  });

  test('keeps a plus sign inside a value', () => {
    expect(readOptions('配置:16GB+512GB')[0]?.choices[0]).toEqual({
      value: '16GB+512GB',
      addsMinor: 0,
      addsGrams: 0,
    });
  });

  test.each(['颜色', '颜色:', ':黑', '颜色:黑:白', '颜色:黑//白'])('that reads %j is refused', (cell) => {
    expect(() => readOptions(cell)).toThrow(RangeError);
  });
});
