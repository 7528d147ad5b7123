import { readFile } from 'node:fs/promises';
import { createLogger } from '#kit/logging/logger.ts';
import { localSecrets } from './start/local-secrets.ts';
import { mongoAddressFile } from './start/mongo-for-start.ts';
import { startSettings, type StartSettings } from './start/settings.ts';
import { StartRefused } from './start/start-refused.ts';
import { openBooks } from './verify/open-books.ts';
import { reportOf } from './verify/report.ts';
import { verifyGraph } from './verify/verify-graph.ts';

/**
 * `npm run verify`: compares the books of a shop, live or not, and reads only. The shop is the one whose database MONGODB_URI names, with the settings of
 * its services, else the one that `npm start` runs here. Exit code 1 when something disagrees.
 */
try {
  const settings = startSettings(process.env);
  const secrets = await localSecrets(settings.dataDir, process.env);
  const books = await openBooks({
    mongoUri: settings.mongoUri ?? (await runningMongo(settings)),
    databasePrefix: settings.databasePrefix,
    secrets: secrets.INTERNAL_CALL_SECRETS.split(','),
    log: createLogger({ service: 'verify', level: settings.logLevel }),
    env: { ...process.env, ...secrets, DEMO_DATA: settings.demo ? 'on' : 'off' },
  });
  try {
    const begunAt = performance.now();
    const verified = await verifyGraph({ transport: books.transport });
    console.log(reportOf(verified, (performance.now() - begunAt) / 1_000));
    if (verified.some(({ discrepancies }) => discrepancies.length > 0)) process.exitCode = 1;
  } finally {
    await books.close();
  }
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The books could not be compared: ${text.replaceAll(/\s+/g, ' ').trim()}\n`);
  process.exitCode = 1;
}

async function runningMongo({ dataDir }: StartSettings): Promise<string> {
  try {
    return (await readFile(mongoAddressFile(dataDir), 'utf8')).trim();
  } catch {
    throw new StartRefused(`nothing runs with the data folder ${dataDir}; start it, or set MONGODB_URI`);
  }
}
