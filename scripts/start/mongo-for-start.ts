import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkMongo } from '../mongo/check-mongo.ts';
import { startMongod } from '../mongo/start-mongod.ts';
import type { StartSettings } from './settings.ts';
import type { Running } from './until-stopped.ts';

/** Where the address of a MongoDB of our own stands while it runs, for commands that look into it. */
export function mongoAddressFile(dataDir: string): string {
  return join(dataDir, 'mongo', 'address');
}

/**
 * The address of the MongoDB to work with: the one that MONGODB_URI names, once it has answered, else one of our own
 * whose data stays in the data folder and which ends with this process.
 */
export async function mongoForStart(settings: StartSettings, running: Running): Promise<string> {
  if (settings.mongoUri !== undefined) {
    await checkMongo(settings.mongoUri);
    return settings.mongoUri;
  }
  const dataDir = join(settings.dataDir, 'mongo', 'db');
  const mongod = await startMongod({ dataDir, port: 0, cacheGb: 1, log: (line) => console.log(line) });
  let stopping = false;
  void mongod.ended.then((code) => {
    if (!stopping)
      running.giveUp(
        `MongoDB ended by itself (exit code ${code}); its log is ${join(settings.dataDir, 'mongo', 'mongod.log')}`,
      );
  });
  await running.onStop(async () => {
    stopping = true;
    await rm(mongoAddressFile(settings.dataDir), { force: true });
    await mongod.stop();
  });
  await writeFile(mongoAddressFile(settings.dataDir), `${mongod.uri}\n`);
  console.log(`MongoDB: running on port ${mongod.port}, data in ${dataDir}`);
  return mongod.uri;
}
