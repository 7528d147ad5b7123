/** Ends what start-world.mjs started. */
export default async function stopWorldOfTheRun() {
  await globalThis.world?.stop();
}
