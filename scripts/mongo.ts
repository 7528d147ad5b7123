import { mongoForStart } from './start/mongo-for-start.ts';
import { onlyOneStart } from './start/only-one-start.ts';
import { startSettings } from './start/settings.ts';
import { untilStopped } from './start/until-stopped.ts';

/** Runs nothing but the MongoDB of a local start, for developers who start the services themselves. */
await untilStopped(async (running) => {
  const settings = startSettings(process.env);
  await running.onStop(await onlyOneStart(settings.dataDir));
  const uri = await mongoForStart(settings, running);
  console.log(`MONGODB_URI=${uri}`);
});
