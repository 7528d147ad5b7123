import { startWorld } from '../../e2e/setup/global-setup.ts';

/** The graph in both topologies, for the whole run. */
export default async function startWorldOfTheRun() {
  globalThis.world = await startWorld((line) => process.stdout.write(`${line}\n`));
}
