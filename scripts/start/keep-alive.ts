import { startChild, type Child, type ChildOptions } from '../child/child.ts';

/** A process that is started again when it ends by itself. */
export interface KeptAlive {
  stop(): Promise<void>;
}

/** When and how often to start it again. Milliseconds. */
export interface RestartPolicy {
  /** Before the second restart in a row, doubled for each further one; the first is at once. */
  readonly firstDelayMs: number;
  readonly maxRestarts: number;
  /** After so long without an end the next restart counts as the first again. */
  readonly steadyAfterMs: number;
}

/** One that was killed is back at once, however often; one that ends as soon as it starts is left alone after about six seconds of trying. */
export const defaultRestartPolicy: RestartPolicy = { firstDelayMs: 200, maxRestarts: 6, steadyAfterMs: 2_000 };

/**
 * Starts a process and starts it again, later each time, when it ends by itself; each restart is a line. After
 * `maxRestarts` in a row it is left alone and `onGivenUp` is told.
 */
export function keepAlive(
  name: string,
  options: ChildOptions,
  told: { readonly say: (line: string) => void; readonly onGivenUp: (line: string) => void },
  policy: RestartPolicy = defaultRestartPolicy,
): KeptAlive {
  let child: Child;
  let restarts = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    const startedAt = performance.now();
    child = startChild(options);
    void child.ended.then((code) => {
      if (stopped) return;
      if (performance.now() - startedAt >= policy.steadyAfterMs) restarts = 0;
      if (restarts >= policy.maxRestarts) {
        told.onGivenUp(`${name} ended (exit code ${code}) and was restarted ${restarts} times; giving up`);
        return;
      }
      const delay = restarts === 0 ? 0 : policy.firstDelayMs * 2 ** (restarts - 1);
      restarts += 1;
      const when = delay === 0 ? 'at once' : `in ${delay / 1000} s`;
      told.say(`${name} ended (exit code ${code}); restart ${restarts} of ${policy.maxRestarts} ${when}`);
      timer = setTimeout(run, delay);
    });
  };
  run();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await child.stop();
    },
  };
}
