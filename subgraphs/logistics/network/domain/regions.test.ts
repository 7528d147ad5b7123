import { describe, expect, test } from '@jest/globals';
import { regionNamed, regions, zoneBetween } from './regions.ts';

describe('regions', () => {
  test('there are 31, each once', () => {
    expect(regions).toHaveLength(31);
    expect(new Set(regions).size).toBe(31);
  });

  test.each([
    ['上海市', '上海市'],
    ['上海', '上海市'],
    [' 广西 ', '广西壮族自治区'],
    ['内蒙古', '内蒙古自治区'],
    ['新疆维吾尔自治区', '新疆维吾尔自治区'],
  ])('%j names %s', (text, region) => {
    expect(regionNamed(text)).toBe(region);
  });

  test.each(['', '市', 'Shanghai', '上海省', '东京都', '__proto__'])('%j names no region', (text) => {
    expect(regionNamed(text)).toBeNull();
  });
});

describe('the zone of a parcel', () => {
  test.each([
    ['上海市', '上海市', 'LOCAL'],
    ['上海市', '浙江省', 'NEAR'],
    ['上海市', '山东省', 'NEAR'],
    ['广东省', '湖南省', 'NEAR'],
    ['湖南省', '广东省', 'NEAR'],
    ['上海市', '广东省', 'FAR'],
    ['上海市', '四川省', 'FAR'],
    ['四川省', '西藏自治区', 'REMOTE'],
    ['新疆维吾尔自治区', '新疆维吾尔自治区', 'LOCAL'],
    ['新疆维吾尔自治区', '上海市', 'FAR'],
  ] as const)('from %s to %s is %s', (from, to, zone) => {
    expect(zoneBetween(from, to)).toBe(zone);
  });

  test('is the same both ways between regions that are not remote', () => {
    const ordinary = regions.filter((region) => zoneBetween('上海市', region) !== 'REMOTE');
    for (const a of ordinary) for (const b of ordinary) expect(zoneBetween(a, b)).toBe(zoneBetween(b, a));
  });

  test('to a place that is none of the 31 is the default, FAR', () => {
    expect(zoneBetween('上海市', regionNamed('香港特别行政区'))).toBe('FAR');
  });
});
