import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

// A project's globalSetup runs only when one of its tests was selected: a run of plain tests starts no MongoDB.
const project = (displayName, more) => ({
  displayName,
  rootDir: at('.'),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  transform: {},
  testRunner: at('scripts/jest/run-natively.mjs'),
  testPathIgnorePatterns: ['/node_modules/', '/\\.tools/', '/\\.data/'],
  modulePathIgnorePatterns: ['<rootDir>/\\.tools/', '<rootDir>/\\.data/'],
  ...more,
});

const worldSetup = at('e2e/setup/global-setup.ts');

export default {
  maxWorkers: 2,
  // A limit for what hangs, not for what is slow: a busy machine must not turn a test red.
  testTimeout: 180_000,
  // A failing beforeAll can leave a server open; without this the run would never end.
  forceExit: true,
  projects: [
    project('unit', { testMatch: ['<rootDir>/**/!(*.mongo|*.e2e).test.ts'] }),
    project('mongo', {
      testMatch: ['<rootDir>/**/*.mongo.test.ts'],
      globalSetup: at('scripts/jest/start-test-mongod.mjs'),
      globalTeardown: at('scripts/jest/stop-test-mongod.mjs'),
    }),
    project('e2e', {
      testMatch: ['<rootDir>/e2e/**/*.e2e.test.ts'],
      ...(existsSync(worldSetup)
        ? { globalSetup: at('scripts/jest/start-world.mjs'), globalTeardown: at('scripts/jest/stop-world.mjs') }
        : {}),
    }),
  ],
};
