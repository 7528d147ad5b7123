import { writeFile } from 'node:fs/promises';
import { readCatalogue } from './demo/catalogue/catalogue.ts';
import { picturesFile, picturesOf } from './demo/pictures.ts';

/** Tells the gateway's pictures what the demo shop sells; to be run when its tables have changed. */
await writeFile(picturesFile, picturesOf(await readCatalogue()));
