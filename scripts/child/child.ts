import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const watchdog = fileURLToPath(new URL('./die-with-parent.sh', import.meta.url));

/** How long a program may take to end before it and all that it started are killed. */
const patienceMs = 7_000;

/** How nice a program is that gives way. */
const niceness = '5';

/** A program that we start and that must not outlive us. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** How it is ended: TERM lets it tidy up, KILL doesn't. */
  readonly endWith: 'TERM' | 'KILL';
  /** Whether others go first when the machine is busy: it gets a third of what they get. */
  readonly givesWay?: boolean;
  /** A folder that is removed when it has ended. */
  readonly removeAfterwards?: string;
  /** Gets each line that it prints; without it, what it prints is dropped. */
  readonly onLine?: (line: string) => void;
}

export interface Child {
  /** Of the watchdog, which is the program's parent. */
  readonly pid: number;
  /** Settles with the program's exit code when it ends, wanted or not; -1 when it could not be run. */
  readonly ended: Promise<number>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a program that ends when this process ends, in whatever way that happens. */
export function startChild(options: ChildOptions): Child {
  const output = options.onLine === undefined ? 'ignore' : 'pipe';
  const weight = options.givesWay === true ? niceness : '0';
  const child = spawn(
    '/bin/sh',
    [watchdog, options.endWith, options.removeAfterwards ?? '', weight, options.command, ...options.args],
    // Its own process group: a Ctrl-C reaches only us, and we end it when nobody needs it any more.
    { stdio: ['pipe', output, output], detached: true, cwd: options.cwd, env: options.env ?? process.env },
  );
  // It may be gone before we close its input.
  child.stdin?.on('error', () => child.stdin?.destroy());
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null && options.onLine !== undefined) readLines(stream, options.onLine);
  }
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? -1));
    child.once('error', () => resolve(-1));
  });
  return { pid: child.pid ?? -1, ended, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  // A program that doesn't end when asked, and a watchdog that was killed itself.
  const group = -child.pid;
  const force = setTimeout(() => process.kill(group, 'SIGKILL'), patienceMs);
  await gone;
  clearTimeout(force);
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
