/** Documents that are sent to servers to see them fall, from the public lists of attacks on GraphQL. */
export const hostileDocuments: Readonly<Record<string, string>> = {
  'thirty fields deep': `{ products(first: 1) { nodes ${'{ category { path '.repeat(14)}{ id }${' } }'.repeat(14)} } }`,
  'a hundred aliases of one expensive field': `{ ${many(100, (i) => `a${i}: products(first: 100) { totalCount }`)} }`,
  'a hundred aliases of __typename': `{ ${many(100, (i) => `a${i}: __typename`)} }`,
  'a list of passwords in aliases': `mutation { ${many(50, (i) => `a${i}: signIn(input: { identifier: "x", password: "${i}" }) { userErrors { code } }`)} }`,
  'five hundred directives': `{ __typename ${'@include(if: true) '.repeat(500)} }`,
  'directives that do not exist': `{ __typename ${'@aa '.repeat(400)} }`,
  'nine hundred times the same field': `{ products(first: 1) { ${'totalCount '.repeat(900)} } }`,
  'ten thousand fields': `{ ${'__typename '.repeat(10_000)} }`,
  'a fragment that spreads itself': '{ ...F } fragment F on Query { __typename ...F }',
  'fragments that spread one another': '{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }',
  'fragments that double at every level': `{ ...F0 } ${many(40, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F40 on Query { __typename }`,
  'the schema in circles': `{ __schema { types { fields ${'{ type { fields '.repeat(12)}{ name }${' } }'.repeat(12)} } } }`,
  'a page of a million': '{ products(first: 1000000) { nodes { id } } }',
  'pages in pages':
    '{ products(first: 100) { nodes { category { id children { id children { id children { id } } } } skus { product { skus { product { skus { product { id } } } } } } } } }',
  'an unfinished text': '{ products(first: 1',
  'half a megabyte of comments': `{ __typename } ${'# nothing\n'.repeat(40_000)}`,
  'half a megabyte of one name': `{ ${'a'.repeat(400_000)} }`,
  'a text of control characters': '{ \u0000\u0001\u0002 }',
  'names in another script': '{ рroducts { id } }',
  'a number beyond all measure': '{ products(first: 99999999999999999999999999999999) { totalCount } }',
  'a block string a mile deep': `{ product(slug: """${'\\"""'.repeat(5000)}""") { id } }`,
  'lists two hundred deep': `{ products(first: 1, filter: ${'['.repeat(200)}1${']'.repeat(200)}) { totalCount } }`,
  'federation’s own door': '{ _service { sdl } }',
  'federation’s other door': '{ _entities(representations: [{ __typename: "Order", id: "ord_1" }]) { __typename } }',
  'a subscription': 'subscription { orders { id } }',
  'a parts-wise answer': '{ products(first: 1) { ... @defer { totalCount } } }',
};

/** Values that were code somewhere. */
export const hostileTexts: Readonly<Record<string, string>> = {
  'a comparison of MongoDB': '{"$ne":null}',
  'a program of MongoDB': "'; return true; var x='",
  'a comparison of SQL': "' OR '1'='1' --",
  'a regular expression that never ends': `${'a'.repeat(40)}(a+)+$`,
  'a template': '${7*7}{{7*7}}<%= 7*7 %>',
  'a script': '<script>alert(1)</script>',
  'a path': '../../../../etc/passwd',
  'an address inside': 'http://169.254.169.254/latest/meta-data/',
  'lines for a log': 'x\r\n{"level":50,"msg":"forged"}',
  'a null character': 'x\u0000y',
  'directions of writing': '\u202Egnp.exe',
  'half a surrogate pair': '\uD83D',
  'a name of a prototype': '__proto__',
  'a constructor': 'constructor.prototype',
  'ten thousand combining marks': `e${'\u0301'.repeat(10_000)}`,
};

function many(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join(' ');
}
