import type { Logger } from 'pino';
import type { Job } from '#kit/jobs/jobs.ts';
import { runImport } from '../actions/run-import.ts';
import type { ImportDesk } from '../actions/import-desk.ts';

/** Goes on with imports that nobody works on: long ones, and those that a crash or a silent neighbour left. */
export function runImports(desk: ImportDesk, log: Pick<Logger, 'warn'>): Job {
  return {
    name: 'run-imports',
    everyMs: 1_000,
    hasWork: async (now) => (await desk.imports.waiting(now)).length > 0,
    async run({ signal, now }) {
      for (const id of await desk.imports.waiting(now)) {
        signal.throwIfAborted();
        try {
          await runImport(desk, id, signal);
        } catch (error) {
          signal.throwIfAborted();
          // One import must not hold up the others; it is tried again at the next turn.
          log.warn({ err: error, importJob: id }, 'an import could not go on');
        }
      }
    },
  };
}
