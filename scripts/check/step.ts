import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the repository is. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** One thing that is checked. */
export interface Step {
  readonly name: string;
  /** What is wrong, one line each; nothing when all is well. */
  run(): Promise<readonly string[]>;
}

/** A step that passes when the program ends with 0, and otherwise reports what it printed. */
export function programStep(name: string, command: string, args: readonly string[]): Step {
  return {
    name,
    run: () =>
      new Promise((resolve) => {
        const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
        const printed: Buffer[] = [];
        child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
        child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
        child.once('error', (error) => resolve([`${command} could not be run: ${error.message}`]));
        child.once('close', (code) => {
          const lines = Buffer.concat(printed).toString('utf8').trimEnd().split('\n');
          resolve(code === 0 ? [] : [...lines, `ended with ${code}`]);
        });
      }),
  };
}

/** A step that runs one of our own scripts with the Node that runs the check. */
export function scriptStep(name: string, script: string, args: readonly string[] = []): Step {
  return programStep(name, process.execPath, ['--disable-warning=ExperimentalWarning', `scripts/${script}`, ...args]);
}

/** A step that runs a program that a package brought. */
export function packageStep(name: string, program: string, args: readonly string[]): Step {
  return programStep(name, `${root}node_modules/.bin/${program}`, args);
}
