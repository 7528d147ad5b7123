import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { LockedPackage } from './check/supply-chain.ts';
import { billOfMaterials } from './sbom/bill-of-materials.ts';

/** `npm run sbom [-- --output file] [--all]`: writes what the services are made of as CycloneDX JSON, from the lock file. */
const { values } = parseArgs({
  options: { output: { type: 'string', default: '.data/sbom.cdx.json' }, all: { type: 'boolean', default: false } },
});
const lock = JSON.parse(await readFile(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const bill = billOfMaterials(lock, lock.packages, { all: values.all });
const file = resolve(values.output);
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${file}: ${bill.components.length} packages`);
