import { describe, expect, test } from '@jest/globals';
import { progressDisplay } from './progress.ts';

function shownOn(isTTY: boolean): string[] {
  const written: string[] = [];
  const { onProgress, end } = progressDisplay({ isTTY, write: (text) => written.push(text) });
  onProgress({ part: 'products', done: 0, total: 30 });
  onProgress({ part: 'orders', done: 0, total: 10 });
  onProgress({ part: 'products', done: 15, total: 30 });
  onProgress({ part: 'products', done: 30, total: 30 });
  onProgress({ part: 'orders', done: 10, total: 10 });
  end();
  return written;
}

describe('the progress of the loading', () => {
  test('is one moving line with a bar on a terminal', () => {
    expect(shownOn(true)).toEqual([
      '\r\u001b[KDemo data [........................] 0 % products',
      '\r\u001b[KDemo data [........................] 0 % orders',
      '\r\u001b[KDemo data [#########...............] 37 % products',
      '\r\u001b[KDemo data [##################......] 75 % products',
      '\r\u001b[KDemo data [########################] 100 % orders',
      '\n',
    ]);
  });

  test('is a plain line for each finished part elsewhere', () => {
    expect(shownOn(false).map((line) => line.replace(/\d\.\d s/, 'n s'))).toEqual([
      'Demo data: 30 products (n s)\n',
      'Demo data: 10 orders (n s)\n',
    ]);
  });

  test('leaves nothing on the screen when there was nothing to load', () => {
    const written: string[] = [];
    progressDisplay({ isTTY: true, write: (text) => written.push(text) }).end();
    expect(written).toEqual([]);
  });
});
