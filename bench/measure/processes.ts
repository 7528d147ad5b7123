import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What some processes have used so far. */
export interface Usage {
  /** Processor time of user and system together, milliseconds. */
  readonly cpuMs: number;
  /** Memory that is resident now, bytes. */
  readonly residentBytes: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
  readonly cpuMs: number;
  readonly program: string;
}

/** Linux counts processor time in these; `getconf CLK_TCK` is 100 wherever Node runs. */
const tickMs = 10;

/** What a process and everything that descends from it have used, but for programs whose name matches `except`. */
export async function usageOf(root: number, { except }: { readonly except?: RegExp } = {}): Promise<Usage> {
  const all = await processes();
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  const members = all.filter(({ pid, program }) => family.has(pid) && except?.test(program) !== true);
  const cpu = await Promise.all(members.map(exactCpuMs));
  return {
    cpuMs: cpu.reduce((sum, each) => sum + each, 0),
    residentBytes: members.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

async function processes(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=,comm='], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, kilobytes, time = '0', ...program] = line.trim().split(/\s+/);
      return {
        pid: Number(pid),
        parent: Number(parent),
        residentBytes: Number(kilobytes) * 1024,
        cpuMs: clockMs(time),
        program: program.join(' '),
      };
    });
}

/** `ps` of Linux tells whole seconds, its /proc hundredths; elsewhere `ps` itself does. */
async function exactCpuMs({ pid, cpuMs }: Process): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return cpuMs;
  // The name in brackets may hold spaces; user and system time are the 12th and 13th field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** `[days-]hours:minutes:seconds[.hundredths]` in milliseconds. */
function clockMs(time: string): number {
  const [, days = '0', rest = '0'] = /^(?:(\d+)-)?(.*)$/.exec(time) ?? [];
  const seconds = rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}
