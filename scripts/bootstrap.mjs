// Runs one of the scripts beside this file with a Node that runs TypeScript, and with everything installed.
// Plain JavaScript without dependencies: it has to run on Node 20 in a fresh clone.
// Usage: node scripts/bootstrap.mjs start.ts [arguments…]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tools = join(root, '.tools');
const ownNode = join(tools, 'node_modules', 'node', 'bin', 'node');
const installedMarker = join(root, 'node_modules', '.installed-from');
const installLock = join(tools, 'installing.pid');

const say = (line) => process.stderr.write(`${line}\n`);

/** Ends the run with one line. */
function fail(line) {
  say(line);
  process.exit(1);
}

/** Node 24.2 runs TypeScript as it is and has everything that the sources use. */
function suits() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 2);
}

function npm(args, what) {
  // npm names itself to the scripts it runs; without it (`node scripts/bootstrap.mjs …`) the one on PATH is taken.
  const cli = process.env.npm_execpath;
  const [command, first] = cli !== undefined && cli.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  const done = spawnSync(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (done.error) fail(`${what}: npm could not be run (${done.error.message})`);
  if (done.status !== 0) fail(`${what}: npm ended with ${done.status ?? done.signal}; see above`);
}

/** What an installation depends on, as one line. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function needs() {
  return {
    node: !suits() && !existsSync(ownNode),
    packages: read(installedMarker) !== wanted(),
  };
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started at once in a fresh clone must not install into the same folder. */
function onlyOneInstalls(install) {
  mkdirSync(tools, { recursive: true });
  const mine = `${installLock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  process.on('exit', () => rmSync(mine, { force: true }));
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let said = false; ;) {
    try {
      linkSync(mine, installLock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = read(installLock);
    if (holder !== null && !alive(Number(holder))) rmSync(installLock, { force: true });
    else if (!said) {
      say(`Waiting for another run (pid ${holder}) to finish installing …`);
      said = true;
    }
    Atomics.wait(pause, 0, 0, 200);
  }
  try {
    install();
  } finally {
    rmSync(installLock, { force: true });
  }
}

function installWhatIsMissing() {
  if (!needs().node && !needs().packages) return;
  onlyOneInstalls(() => {
    const missing = needs();
    if (missing.node) {
      say(`Node ${process.versions.node} is too old to run TypeScript as it is; bringing Node 24 into .tools …`);
      // The only package whose script is run: it puts the binary into its place.
      npm(['install', '--no-save', '--ignore-scripts=false', '--prefix', tools, 'node@24'], 'Node 24');
    }
    if (missing.packages) {
      say('Installing the packages of package-lock.json …');
      npm(['install'], 'Packages');
      writeFileSync(installedMarker, wanted());
    }
  });
}

function run(script, args) {
  const node = suits() ? process.execPath : ownNode;
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, 'scripts', script), ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: [dirname(node), process.env.PATH].join(delimiter),
      // A service spends most of its start on reading and compiling its modules, unless they were kept by an earlier one.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tools, 'compiled'),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${script}: ${node} could not be run (${error.message})`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined || !existsSync(join(root, 'scripts', script)))
  fail(`bootstrap: no script ${script ?? '(none named)'}`);
installWhatIsMissing();
run(script, args);
