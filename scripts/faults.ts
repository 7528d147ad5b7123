import { createWriteStream } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { machine } from '../bench/report.ts';
import { crashPlaces } from '../e2e/faults/harm/crash-at-points.ts';
import { linkHarms } from '../e2e/faults/harm/hurt-links.ts';
import { runFaults, type FaultPlan } from '../e2e/faults/run-faults.ts';

/**
 * `npm run faults [-- --quick] [--seed <number>] [--only <text,text>]`: kills and hurts whatever can be killed and hurt while people shop, and tells how long each thing took to be well
 * again and whether everything held. At most fifteen minutes, with `--quick` about five. `--only` keeps the crash points whose name has one of the texts, `--log` writes what the processes print to a file.
 * Exit code 1 when a promise was broken, 2 when all were kept but something took longer than promised or could not be shown.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean' }, seed: { type: 'string' }, only: { type: 'string' }, log: { type: 'string' } },
});
const seed = Number(values.seed ?? 20_261_123);
const texts = (values.only ?? '').split(',');
const only = crashPlaces.filter(({ point }) => texts.some((text) => point.includes(text)));

const plan: FaultPlan = {
  clients: 64,
  thinkingMs: 12_000,
  seed,
  replicas: 2,
  harmMs: 12 * 60_000,
  unpaidMinutes: 1,
  crashPlaces: only,
  randomKills: 20,
  allMongoHarms: true,
  links: (['order', 'logistics', 'promotion', 'member'] as const).flatMap((service) =>
    linkHarms.map((harm) => ({ service, harm })),
  ),
};
/** Also half of the clocks are wrong, which takes two replicas. */
const whole: FaultPlan = { ...plan, wrongClockMs: 10 * 60_000 };
const quick: FaultPlan = {
  ...plan,
  clients: 16,
  thinkingMs: 3_000,
  replicas: 1,
  harmMs: 240_000,
  unpaidMinutes: 30,
  crashPlaces: only.filter(
    ({ point }, index) => (values.only !== undefined || index % 6 === 0) && !point.includes('.expiring.'),
  ),
  randomKills: 2,
  allMongoHarms: false,
  links: [{ service: 'logistics', harm: 'links are reset' }],
};

const exitCodes = { HELD: 0, BROKEN: 1, LATE: 2 } as const;
const begunAt = performance.now();
const file = values.log === undefined ? null : createWriteStream(values.log);
const writeDown = (line: string): void => void file?.write(`${new Date().toISOString()} ${line}\n`);
const chosen = { ...(values.quick === true ? quick : whole), ...(file && { onLine: writeDown }) };
const { report, held } = await runFaults(chosen, (line) => {
  writeDown(line);
  console.error(`${((performance.now() - begunAt) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
});
const [minute, , quarter] = loadavg();
const seconds = ((performance.now() - begunAt) / 1_000).toFixed(0);
console.log(
  `Machine: ${machine()}, load average ${minute?.toFixed(1)} (${quarter?.toFixed(1)} over a quarter of an hour)\nSeed ${seed}, ${seconds} s\n\n${report}`,
);
process.exit(exitCodes[held]);
