// Builds the extension for users and packs it into kubepath-<version>.vsix; vsce lists what is in it, with the sizes.
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ROOT } from './process.mjs';

/**
 * All that may be in the package. .vscodeignore lists the same, for vsce; this list is what a slip in that one runs into.
 */
const ALLOWED = [
  /^package\.json$/,
  /^(README|CHANGELOG)\.md$/i,
  /^LICENSE(\.txt)?$/,
  /^dist\/(client|server|cli|panel|arrange)\.js$/,
  /^dist\/panel\.css$/,
  /^syntaxes\/[\w.-]+\.tmLanguage\.json$/,
  /^schemas\/[\w.-]+\.schema\.json$/,
  /^images\/[\w.-]+\.(png|svg)$/,
  /^docs\/images\/[\w.-]+\.png$/,
  /^docs\/(reachability|diagrams|scopes|switching-off|pod-makers)\.md$/,
  /^docs\/rules\/[\w-]+\.md$/,
  /^dist\/NOTICES\.txt$/,
];

/** @returns {Promise<string>} the package's file name */
export async function packageExtension() {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const packagePath = join(ROOT, `${name}-${version}.vsix`);
  await build({ production: true });
  const files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
  refuseSurprises(files);
  await createVSIX({
    cwd: ROOT,
    packagePath,
    dependencies: false,
    // There is no public repository to point at yet, so links of the README stay as they are.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

function refuseSurprises(files) {
  const surprises = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
  if (surprises.length > 0) throw new Error(`not allowed in the package: ${surprises.join(', ')}`);
  const missing = neededFiles().filter((file) => !files.includes(file));
  if (missing.length > 0)
    throw new Error(`needed by package.json or README.md, but not in the package: ${missing.join(', ')}`);
}

/** Every file that the manifest, the client at run time, or a reader of the README will look for. */
function neededFiles() {
  const { main, icon, contributes = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { grammars = [], jsonValidation = [], yamlValidation = [] } = contributes;
  const schemas = [...jsonValidation, ...yamlValidation].map(({ url }) => url);
  const named = [
    main,
    icon,
    ...grammars.map(({ path }) => path),
    ...schemas,
    ...picturesOfReadme(),
    'dist/server.js',
    'dist/panel.js',
    'dist/panel.css',
    'dist/arrange.js',
    'dist/NOTICES.txt',
    // Every diagnostic links to its rule's page.
    ...readdirSync(join(ROOT, 'docs/rules')).map((page) => `docs/rules/${page}`),
  ];
  return named.filter(Boolean).map((path) => path.replace(/^\.\//, ''));
}

/** VS Code shows the README on the extension's page. */
function picturesOfReadme() {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return [...text.matchAll(/!\[[^\]]*\]\(([^):]+)\)/g)].map(([, path]) => path);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    if (!existsSync(join(ROOT, 'node_modules'))) throw new Error('run npm ci first');
    await packageExtension();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
