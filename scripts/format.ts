import { spawnSync } from 'node:child_process';
import { root } from './check/step.ts';

/** Formats the whole repository in place, or only the files and folders that are named. */
const { status } = spawnSync(`${root}node_modules/.bin/oxfmt`, process.argv.slice(2), { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
