import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, readConfig } from '#kit/config/config.ts';
import { crashBy } from './crash-points.ts';

const settings = z.object({
  NODE_ENV: z.string().optional(),
  CRASH_POINTS_DIR: z
    .string()
    .optional()
    .describe('a folder in which tests arm crash points; only where NODE_ENV is development or test'),
});

/**
 * Lets this process kill itself at armed crash points, if `CRASH_POINTS_DIR` names the folder where tests arm them: a point is armed by a file
 * `<folder>/<service>/<point>`, and whichever replica removes the file first dies there, once. Throws ConfigError outside of development and tests.
 */
export function crashWhenArmed(service: string, env: Readonly<Record<string, string | undefined>>): void {
  const { NODE_ENV: environment, CRASH_POINTS_DIR: folder } = readConfig(settings, env);
  if (folder === undefined) return;
  if (environment !== 'development' && environment !== 'test') {
    throw new ConfigError(
      'CRASH_POINTS_DIR is set while NODE_ENV is neither development nor test. Expected: no crashes on purpose anywhere else',
    );
  }
  crashBy((name) => {
    try {
      unlinkSync(join(folder, service, name));
    } catch {
      // Not armed, or another replica was faster.
      return undefined;
    }
    process.kill(process.pid, 'SIGKILL');
    // Nothing of what follows may happen while the signal is on its way.
    return new Promise(() => {});
  });
}
