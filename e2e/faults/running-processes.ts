import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { subgraphNames } from '#kit/events/events.ts';
import type { GraphProcess } from '../setup/start-graph.ts';

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
  /** The command with its arguments. */
  readonly command: string;
}

/** A process of a service. */
export interface ServiceProcess {
  readonly service: GraphProcess['service'];
  readonly pid: number;
  /** Memory that is resident now. */
  readonly residentBytes: number;
}

/** The processes of a service among everything that descends from a start script. */
export async function pidsOf(start: number, service: GraphProcess['service']): Promise<number[]> {
  return (await processesOf(start)).filter((one) => one.service === service).map(({ pid }) => pid);
}

/** The processes of all services that descend from a start script. */
export async function processesOf(start: number): Promise<ServiceProcess[]> {
  const rows = await running();
  const family = new Set([start]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return (['gateway', ...subgraphNames] as const).flatMap((service) => {
    const main = service === 'gateway' ? 'gateway/main.ts' : `subgraphs/${service}/main.ts`;
    // Not the watchdog, whose arguments are the whole command.
    const itself = (command: string) => command.startsWith(process.execPath) && command.endsWith(main);
    return rows
      .filter(({ pid, command }) => family.has(pid) && itself(command))
      .map(({ pid, residentBytes }) => ({ service, pid, residentBytes }));
  });
}

async function running(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,rss=,args='], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [, pid, parent, kilobytes, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return {
        pid: Number(pid),
        parent: Number(parent),
        residentBytes: Number(kilobytes) * 1024,
        command: command.trim(),
      };
    });
}
