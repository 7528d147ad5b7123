import { readFile } from 'node:fs/promises';
import { createLogger } from '#kit/logging/logger.ts';
import { localSecrets } from '../start/local-secrets.ts';
import { mongoAddressFile } from '../start/mongo-for-start.ts';
import { startSettings, type StartSettings } from '../start/settings.ts';
import { StartRefused } from '../start/start-refused.ts';
import { openBooks, type Books } from './open-books.ts';

/**
 * Opens the books of the shop whose database MONGODB_URI names, with the settings of its services, else of the one that `npm start` runs here. Throws
 * StartRefused when there is none.
 */
export async function openLocalBooks(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Books> {
  const settings = startSettings(env);
  const secrets = await localSecrets(settings.dataDir, env);
  return openBooks({
    mongoUri: settings.mongoUri ?? (await runningMongo(settings)),
    databasePrefix: settings.databasePrefix,
    secrets: secrets.INTERNAL_CALL_SECRETS.split(','),
    log: createLogger({ service: command, level: settings.logLevel }),
    env: { ...env, ...secrets, DEMO_DATA: settings.demo ? 'on' : 'off' },
  });
}

async function runningMongo({ dataDir }: StartSettings): Promise<string> {
  try {
    return (await readFile(mongoAddressFile(dataDir), 'utf8')).trim();
  } catch {
    throw new StartRefused(`nothing runs with the data folder ${dataDir}; start it, or set MONGODB_URI`);
  }
}
