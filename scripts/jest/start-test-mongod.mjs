import { startTestMongod } from '../mongo/test-mongod.ts';

/** One MongoDB for the whole run; every test file takes its own database on it (`testDatabase()`). */
export default async function startMongoForTheRun() {
  const mongod = await startTestMongod({ log: (line) => process.stdout.write(`${line}\n`) });
  globalThis.testMongod = mongod;
  process.env.TEST_MONGODB_URI = mongod.uri;
}
