import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { readCatalogue } from './catalogue/catalogue.ts';
import { picturesFile, picturesOf } from './pictures.ts';

test('the gateway draws what the tables of the demo shop say (else run `node scripts/write-demo-pictures.ts`)', async () => {
  expect(await readFile(picturesFile, 'utf8')).toBe(picturesOf(await readCatalogue()));
});
