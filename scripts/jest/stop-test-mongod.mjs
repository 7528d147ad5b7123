/** Ends what start-test-mongod.mjs started. */
export default async function stopMongoOfTheRun() {
  await globalThis.testMongod?.stop();
}
