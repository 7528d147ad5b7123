import { join } from 'node:path';
import { startChild, type Child } from '../../scripts/child/child.ts';

/** How a program says where it listens: one line. */
const announcement = 'listening ';

/** Says where this program listens. */
export function listening(where: Readonly<Record<string, string>>): void {
  console.log(announcement + JSON.stringify(where));
}

/** A program of this folder that is running. */
export interface Program extends Child {
  /** What it said about where it listens. */
  readonly where: Readonly<Record<string, string>>;
}

/** Starts a program of this folder with its settings as JSON and waits until it listens. */
export async function startProgram(file: string, settings: object = {}): Promise<Program> {
  const said: string[] = [];
  let found: (where: Record<string, string>) => void = () => {};
  const where = new Promise<Record<string, string>>((resolve) => (found = resolve));
  const child = startChild({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, file), JSON.stringify(settings)],
    env: { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', NODE_ENV: 'production' },
    endWith: 'KILL',
    onLine(line) {
      if (line.startsWith(announcement)) found(JSON.parse(line.slice(announcement.length)) as Record<string, string>);
      else said.push(line);
    },
  });
  const failed = child.ended.then((code) => {
    throw new Error(`${file} ended with ${code}: ${said.join('\n')}`);
  });
  failed.catch(() => {});
  return { ...child, where: await Promise.race([where, failed]) };
}

/** The settings that this program was started with. */
export function programSettings<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings;
}
