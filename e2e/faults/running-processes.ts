import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GraphProcess } from '../setup/start-graph.ts';

interface Row {
  readonly pid: number;
  readonly parent: number;
  /** The command with its arguments. */
  readonly command: string;
}

/** The processes of a service among everything that descends from a start script. */
export async function pidsOf(start: number, service: GraphProcess['service']): Promise<number[]> {
  const rows = await running();
  const family = new Set([start]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  const main = service === 'gateway' ? 'gateway/main.ts' : `subgraphs/${service}/main.ts`;
  // Not the watchdog, whose arguments are the whole command.
  const itself = (command: string) => command.startsWith(process.execPath) && command.endsWith(main);
  return rows.filter(({ pid, command }) => family.has(pid) && itself(command)).map(({ pid }) => pid);
}

async function running(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return { pid: Number(pid), parent: Number(parent), command: command.trim() };
    });
}
