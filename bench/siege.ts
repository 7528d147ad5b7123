import { fireEverything } from '../e2e/attacks/arsenal/fire-everything.ts';
import { startBesieged } from '../e2e/attacks/arsenal/start-besieged.ts';
import { processesOf, type ServiceProcess } from '../e2e/faults/running-processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface SiegeBenchmarkOptions {
  /** How often the whole arsenal is sent; a multiple of three. */
  readonly rounds: number;
}

/** Memory counts as flat while its lowest moment of the last third is no more than this above that of the third before, as a share. */
const flatWithin = 0.03;

/**
 * What attacks leave behind: the whole arsenal of `e2e/attacks`, again and again, against six processes in production. Their resident memory goes up and down with the
 * collecting of garbage, so the lowest moments of thirds are compared; the first third is for caches and heaps to fill. Throws when a process ended. Gives markdown.
 */
export async function siegeBenchmark({ rounds }: SiegeBenchmarkOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async ({ mongod }) => {
    const besieged = await startBesieged(mongod.uri, (line) => {
      if (/"level":"(error|fatal)"/.test(line)) log(line);
    });
    try {
      const begin = await processesOf(besieged.pid);
      const seen: ServiceProcess[][] = [];
      let attacks = 0;
      for (let round = 0; round < rounds; round += 1) {
        attacks += await fireEverything(besieged.url, Object.values(besieged.callers));
        seen.push(await processesOf(besieged.pid));
        log(
          `round ${round + 1}: ${seen.at(-1)?.map(({ service, residentBytes }) => `${service} ${mb(residentBytes)}`)}`,
        );
      }
      const third = rounds / 3;
      const rows = begin.map(({ service, pid, residentBytes }) => {
        const all = seen.map((processes) => processes.find((one) => one.pid === pid)?.residentBytes);
        if (all.includes(undefined)) throw new Error(`the process of ${service} ended`);
        const lowest = (from: number) => Math.min(...all.slice(from, from + third).map(Number));
        const [middle, last] = [lowest(third), lowest(2 * third)];
        const growth = last / middle - 1;
        const verdict = growth <= flatWithin ? 'flat' : 'GROWS';
        return [service, ...[residentBytes, middle, last].map(mb), `${(growth * 100).toFixed(1)} %`, verdict];
      });
      const head = [
        'process',
        'MB before',
        'lowest of the second third',
        'lowest of the last third',
        'growth',
        'verdict',
      ];
      return `${table(head, rows)}\n\n${attacks} attacks in ${rounds} rounds; the same six processes before and after.`;
    } finally {
      await besieged.stop();
    }
  });
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
