import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, type Step } from './step.ts';

/** What is looked at of package.json. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** What is looked at of a package in package-lock.json. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  /** True when only building and testing need it. */
  readonly dev?: boolean;
  readonly optional?: boolean;
}

/** The packages of package-lock.json, by their paths. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/** Packages of which two copies break at run time: each checks its own classes with instanceof. */
const onlyOnce = ['graphql', 'mongoose'];

/**
 * Packages that bring a script for their installation. None of them is run (`.npmrc`): each was looked at and works without. A new one is looked at before
 * it stands here.
 */
const silencedScripts: Readonly<Record<string, string>> = {
  '@apollo/protobufjs': 'prints a warning about version ranges',
  '@parcel/watcher': 'builds a watcher where none is prebuilt; codegen watches nothing here',
  esbuild: 'moves the platform’s binary, which is found where it is as well',
  protobufjs: 'prints a warning about version ranges',
};

/** Licences under which we may use a package as it is, and those whose terms the README names. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Zlib',
];
/** Named, so that the next one under such a licence is a decision. */
const exceptions: Readonly<Record<string, string>> = {
  '@apollo/composition': 'Elastic-2.0',
  '@apollo/federation-internals': 'Elastic-2.0',
  '@apollo/gateway': 'Elastic-2.0',
  '@apollo/query-graphs': 'Elastic-2.0',
  '@apollo/query-planner': 'Elastic-2.0',
  argparse: 'Python-2.0',
  'markdown-it/node_modules/argparse': 'PSF-2.0',
  'caniuse-lite': 'CC-BY-4.0',
};

const exact = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Versions that another installation could choose otherwise. */
export function rangeProblems({ dependencies = {}, devDependencies = {}, overrides = {} }: Manifest): string[] {
  const pinned = (where: string, versions: Readonly<Record<string, unknown>>): string[] =>
    Object.entries(versions).flatMap(([name, version]) => {
      if (typeof version === 'object' && version !== null)
        return pinned(`${where} ${name}`, version as Manifest['overrides'] & object);
      return exact.test(String(version))
        ? []
        : [`package.json: ${where} ${name} is "${String(version)}", not an exact version`];
    });
  return [
    ...pinned('dependency', dependencies),
    ...pinned('dependency', devDependencies),
    ...pinned('override', overrides),
  ];
}

/** What in the lock can't be trusted: a package without its hash or from elsewhere, a new install script or licence, a second copy. */
export function lockProblems(packages: LockedPackages): string[] {
  return [
    ...copies(packages),
    ...Object.entries(packages).flatMap(([path, locked]) => {
      if (path === '') return [];
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const place = path.replace(/^node_modules\//, '');
      const problems: string[] = [];
      if (locked.link === true || !/^sha512-[\w+/]{86}==$/.test(locked.integrity ?? ''))
        problems.push('has no SHA-512 of its content in the lock');
      if (locked.resolved !== undefined && !isFromRegistry(locked.resolved))
        problems.push('comes from elsewhere than the registry');
      if (locked.hasInstallScript === true && !(name in silencedScripts))
        problems.push('brings an install script: look at it, and list it in scripts/check/supply-chain.ts');
      if (!isLicensed(locked.license ?? '') && (exceptions[place] ?? '') !== (locked.license ?? 'none'))
        problems.push(`is under ${locked.license ?? 'no licence'}, which nobody has agreed to`);
      return problems.map((problem) => `${place} ${locked.version ?? '?'} ${problem}`);
    }),
  ];
}

function copies(packages: LockedPackages): string[] {
  return onlyOnce.flatMap((name) => {
    const found = Object.entries(packages).filter(
      ([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
    );
    if (found.length === 1) return [];
    const places = found.map(([path, { version }]) => `${path} ${version ?? '?'}`).join(', ');
    return [`${name}: ${found.length} copies instead of one (${places})`];
  });
}

/** npm leaves the address out, or writes that of a registry's archive. */
function isFromRegistry(resolved: string): boolean {
  return /^https:\/\/[\w.-]+\/(?:[\w.-]+\/)*(?:@[\w.-]+\/)?[\w.-]+\/-\/[\w.-]+\.tgz$/.test(resolved);
}

/** `(MIT OR X)` needs one of them, `(MIT AND X)` all. */
function isLicensed(expression: string): boolean {
  const plain = expression.replace(/^\(|\)$/g, '');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((one) => permissive.includes(one));
  return plain.split(' AND ').every((one) => permissive.includes(one));
}

/** npm itself must not run what packages bring. */
export function npmProblems(npmrc: string): string[] {
  return /^ignore-scripts=true$/m.test(npmrc)
    ? []
    : ['.npmrc lets packages run scripts when they are installed: ignore-scripts=true is missing'];
}

/** What we are made of is what was looked at: exact versions, hashes, no scripts, agreed licences, one copy of what must be one. */
export const supplyChain: Step = {
  name: 'packages: exact, hashed, silent, licensed, one copy of graphql',
  run: async () => {
    const text = (name: string) => readFile(join(root, name), 'utf8');
    const manifest = JSON.parse(await text('package.json')) as Manifest;
    const lock = JSON.parse(await text('package-lock.json')) as { packages: LockedPackages };
    return [...rangeProblems(manifest), ...lockProblems(lock.packages), ...npmProblems(await text('.npmrc'))];
  },
};
