/**
 * Folders whose manifests nobody deploys: test data and documentation. They are analysed only where somebody looks at them, since
 * fragments and deliberately broken examples make most of the wrong findings of any linter (docs/scopes.md).
 */
export interface TestData {
  /** Whether a file or directory lies in such a folder. */
  has(uri: string): boolean;
  /** URI of the outermost such folder that holds a file or directory; undefined when there is none. */
  folderOf(uri: string): string | undefined;
}

/**
 * Finds test data by the names of directories below the workspace's folders. What lies in a folder that was opened or given on the
 * command line was asked for, so names above it say nothing; where folders are nested, the innermost counts.
 * @param folders URIs of folders or single files, without trailing slash
 * @param uris of every file that was found: an environment called `test` is known by its siblings
 */
export function testDataIn(folders: readonly string[], uris: Iterable<string>): TestData {
  const children = childrenOf(uris);
  const known = new Map<string, string | undefined>();
  const folderOf = (uri: string): string | undefined => {
    const root = folders.filter((folder) => isWithin(uri, folder)).reduce((a, b) => (b.length > a.length ? b : a), '');
    if (root === '' || uri === root) return undefined;
    const directory = uri.slice(0, uri.lastIndexOf('/'));
    if (!known.has(directory)) known.set(directory, outermost(root, directory, children));
    return known.get(directory) ?? (isNobodys(root, uri, children) ? uri : undefined);
  };
  return { folderOf, has: (uri) => folderOf(uri) !== undefined };
}

/**
 * One line for the log, so that a `tests` folder that is deployed after all is not left alone in silence.
 * @param leftAlone URIs of manifests
 * @returns undefined when there are none
 */
export function summarizeTestData(
  testData: TestData,
  leftAlone: readonly string[],
  folder: string,
): string | undefined {
  const counts = new Map<string, number>();
  for (const uri of leftAlone) {
    const holder = testData.folderOf(uri);
    if (holder !== undefined) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const largest = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const named = largest.slice(0, maxNamed).map(([uri, count]) => `${relativePath(folder, uri)} (${count})`);
  const others = counts.size > maxNamed ? ` and ${counts.size - maxNamed} more` : '';
  return `${total} ${total === 1 ? 'manifest' : 'manifests'} in folders of tests and documentation left alone: ${named.join(', ')}${others}. Those with an open file are analysed, and so is a folder that is opened or checked itself.`;
}

const maxNamed = 8;

/** Names of folders that hold data for tests, or documentation. Examples, samples and demos are meant to be applied: they are not among them. */
const nobodys =
  /^(test[-_]?data|test[-_]?fixtures?|fixtures?|tests?|testing|testsuites?|e2e|e2e[-_]tests?|(integration|unit|acceptance|functional|smoke)[-_]?tests?|conformance|__(tests|fixtures|mocks|snapshots)__|docs?|documentation|snippets|tutorials?|\.github)$/i;

/** Sites of documentation keep their pages apart from what builds them: `website/content`. `website` alone may be an application. */
const pages: ReadonlySet<string> = new Set(['content', 'versioned_docs']);
const sites: ReadonlySet<string> = new Set(['site', 'website']);

/** Directories whose children are named after what they deploy, so that `test` is an environment and `docs` an application. */
const holders =
  /^(overlays?|env|envs|environments?|stages?|clusters?|namespaces?|tenants?|apps?|applications?|services|components|releases|workloads|projects)$/i;

/** Names that are those of environments too, where a sibling has one of the names below. */
const ambiguous = /^(tests?|testing|e2e)$/i;

const environments =
  /^(dev|devel|development|develop|prod|production|prd|live|stag(e|ing)?|stg|qa|uat|acc|acceptance|preprod|pre-prod|preview|sandbox)$/i;

function outermost(root: string, directory: string, children: Children): string | undefined {
  const steps = directory.slice(root.length).split('/').slice(1);
  let uri = root;
  for (const step of steps) {
    uri = `${uri}/${step}`;
    if (isNobodys(root, uri, children)) return uri;
  }
  return undefined;
}

/** @param uri of a directory below the root; for a file the answer is no, unless it has a directory's name */
function isNobodys(root: string, uri: string, children: Children): boolean {
  const slash = uri.lastIndexOf('/');
  const parent = uri.slice(0, slash);
  const name = decodeURIComponent(uri.slice(slash + 1));
  const above = parent === root ? '' : decodeURIComponent(parent.slice(parent.lastIndexOf('/') + 1));
  if (pages.has(name) && sites.has(above)) return true;
  if (!nobodys.test(name) || holders.test(above)) return false;
  return !ambiguous.test(name) || ![...(children.get(parent) ?? [])].some((sibling) => environments.test(sibling));
}

/** Names of the directories in each directory. */
type Children = ReadonlyMap<string, ReadonlySet<string>>;

function childrenOf(uris: Iterable<string>): Children {
  const children = new Map<string, Set<string>>();
  const seen = new Set<string>();
  for (const uri of uris) {
    let directory = uri.slice(0, uri.lastIndexOf('/'));
    while (directory.includes('/') && !seen.has(directory)) {
      seen.add(directory);
      const slash = directory.lastIndexOf('/');
      const parent = directory.slice(0, slash);
      const names = children.get(parent) ?? new Set<string>();
      children.set(parent, names);
      names.add(directory.slice(slash + 1));
      directory = parent;
    }
  }
  return children;
}

function isWithin(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(`${folder}/`);
}

function relativePath(folder: string, uri: string): string {
  return decodeURIComponent(isWithin(uri, folder) ? uri.slice(folder.length + 1) : uri);
}
