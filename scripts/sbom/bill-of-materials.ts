import type { LockedPackage } from '../check/supply-chain.ts';

/** A package in CycloneDX. */
interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  /** `optional` for what another platform or a feature of ours that is off would need. */
  readonly scope: 'required' | 'optional';
  readonly purl: string;
  readonly hashes: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses: readonly { readonly expression: string }[];
}

/**
 * The bill of materials of a lock file, as CycloneDX 1.6: every package once for each version, in the order of their names, so that the same lock gives the same text. Without
 * what only building and testing need, unless `all`.
 * (`npm sbom` refuses our tree: an optional peer of the MongoDB driver is there in an older version, for another package.)
 */
export function billOfMaterials(
  { name, version }: { readonly name: string; readonly version: string },
  packages: Readonly<Record<string, LockedPackage>>,
  { all }: { readonly all: boolean },
) {
  const components = new Map<string, Component>();
  for (const [path, locked] of Object.entries(packages)) {
    if (path === '' || (locked.dev === true && !all)) continue;
    const component = componentOf(path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), locked);
    components.set(component.purl, component);
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': `${name}@${version}`, name, version } },
    components: [...components.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

function componentOf(name: string, { version = '', integrity = '', license, optional }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [algorithm, digest = ''] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`${name} ${version} has no SHA-512 in the lock file`);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    scope: optional === true ? 'optional' : 'required',
    purl,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    licenses: license === undefined ? [] : [{ expression: license }],
  };
}
