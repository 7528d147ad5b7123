import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);
const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** Without these a headless Chromium talks to its maker's hosts by itself. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function installedBrowser(): string | null {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env['CHROME_PATH'] ?? '', ...onPath, ...macApplications].find((file) => existsSync(file)) ?? null;
}

async function playwrightBrowser(): Promise<string | null> {
  const kept = chromium.executablePath();
  if (existsSync(kept)) return kept;
  const installer = join(import.meta.dirname, '../../node_modules/playwright-core/cli.js');
  // Where nothing may be downloaded this fails within seconds; the next way is tried.
  await run(process.execPath, [installer, 'install', 'chromium'], { timeout: 120_000, cwd: tmpdir() }).catch(
    () => null,
  );
  return existsSync(kept) ? kept : null;
}

async function debianBrowser(): Promise<string | null> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  const settings = { timeout: 300_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-qq'], settings).catch(() => null);
  await run('apt-get', ['install', '-y', '-qq', 'chromium'], settings).catch(() => null);
  return installedBrowser();
}

/** A real headless browser: an installed Chrome or Chromium, else playwright's own, else Debian's package. Its path, or null where none can be had. */
export async function findBrowser(): Promise<string | null> {
  return installedBrowser() ?? (await playwrightBrowser()) ?? (await debianBrowser());
}

/** Starts the browser at `executablePath` with an empty profile. The caller closes it. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...quiet, ...sandbox] });
}
