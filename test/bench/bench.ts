/**
 * `npm run bench`: what a check costs, as ratios within one run, since machines differ and are noisy.
 * Prints a table; fails when a promise of the README no longer holds.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { createAnalyzer } from '../../server/core/index';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace } from '../../server/workspace/workspace';
import { measureDiagrams } from './bench-diagrams';
import { measureReach, type ReachCost } from './bench-reach';
import { measureRules } from './bench-rules';
import { generateOverlays } from './generate-overlays';
import { generateWorkspace, writeWorkspace, type GeneratedFile } from './generate-workspace';

const resources = 10_000;
const rounds = 3;
const maxRatio = 1.5;
/** The whole rule book, compared with the parse of what it is about. */
const maxRules = 1;
const maxIrrelevant = 5;
/** One connection more must not cost more in a larger cluster. */
const maxGrowth = 1.5;
const maxVerdict = 1;
const kustomizations = 1000;
const maxScan = 3;
/** Nodes of a picture, and the longest that its layout may take, in milliseconds. */
const maxLayout = [
  [100, 30],
  [1000, 30],
  [5000, 150],
] as const;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-bench-'));
  try {
    const files = generateWorkspace(resources);
    writeWorkspace(folder, files);
    const cold = await coldCheck(folder, files);
    const edit = await editOne(folder, files);
    const irrelevant = irrelevantDocument();
    row('one file edited: read, scopes, all rules', `${edit.toFixed(0)} ms`);
    row('a 1 MB irrelevant document', `${irrelevant.toFixed(2)} ms (at most ${maxIrrelevant})`);
    const reach = connectivity();
    const overlays = await manyOverlays();
    const pictures = diagrams();
    if (!overlays || !cold || irrelevant > maxIrrelevant || !reach || !pictures) {
      process.exitCode = 1;
      console.log('A promise of the README does not hold.');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A repository of kustomizations: opened, checked, and one base edited. Returns whether the promise holds: reading and rendering cost at
 * most so many times what parsing the files costs.
 */
async function manyOverlays(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-overlays-'));
  try {
    const files = generateOverlays(kustomizations);
    writeWorkspace(folder, files);
    let [plain, scan, check] = [Infinity, Infinity, Infinity];
    for (let round = 0; round < rounds; round++) {
      plain = Math.min(plain, plainParse(folder, files));
      globalThis.gc?.();
      const { analyzer, workspace } = open(folder);
      const start = performance.now();
      await workspace.scan();
      scan = Math.min(scan, performance.now() - start);
      analyzer.check();
      check = Math.min(check, performance.now() - start);
      const { scopes, errors, warnings } = analyzer.counts();
      if (scopes !== (kustomizations / 4) * 3 || errors + warnings > 0)
        throw new Error(`The overlays should be clean: ${scopes} scopes, ${errors} errors, ${warnings} warnings.`);
    }
    const edit = await editOne(
      folder,
      files.filter(({ path }) => path.endsWith('base/service.yaml')),
    );
    row(`${kustomizations} kustomizations, ${files.length} files`, `plain parse ${plain.toFixed(0)} ms`);
    row('read and rendered', `${scan.toFixed(0)} ms, with all rules ${check.toFixed(0)} ms`);
    row('ratio of the scan to the plain parse', `${(scan / plain).toFixed(2)} (at most ${maxScan})`);
    row('one base edited: rendered, all rules', `${edit.toFixed(0)} ms`);
    return scan / plain <= maxScan;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Full connectivity of two clusters, five times apart in size and twenty-five in pairs. Returns whether the promises hold: what a
 * connection costs does not grow with the cluster, and a verdict is there at once.
 */
function connectivity(): boolean {
  measureReach(1000);
  const [small, large] = [measureReach(1000), measureReach(5000)];
  for (const { workloads, lines, ready, list, peak } of [small, large]) {
    const cost = `${(ready + list).toFixed(0)} ms (made ready ${ready.toFixed(0)}), ${(peak / 1e6).toFixed(0)} MB at most`;
    row(`connectivity of ${workloads}, ${workloads / 2} policies`, `${lines} connections, ${cost}`);
  }
  const perLine = ({ ready, list, lines }: ReachCost): number => (ready + list) / lines;
  const growth = perLine(large) / perLine(small);
  const times = (large.ready + large.list) / (small.ready + small.list);
  row(
    '5 × the workloads',
    `${times.toFixed(1)} × the time, ${(large.lines / small.lines).toFixed(1)} × the connections`,
  );
  row('growth of the cost of one connection', `${growth.toFixed(2)} (at most ${maxGrowth})`);
  row('a verdict, with its reasons', `${large.verdict.toFixed(3)} ms (at most ${maxVerdict})`);
  row('an explained path, by names', `${large.explained.toFixed(3)} ms (at most ${maxVerdict})`);
  return growth <= maxGrowth && large.verdict <= maxVerdict && large.explained <= maxVerdict;
}

/**
 * Alternates the two sides, so that a slow moment of the machine hits both; takes the best of each. Returns whether the promises hold:
 * about reading together with making the scopes, and about the rules.
 */
async function coldCheck(folder: string, files: readonly GeneratedFile[]): Promise<boolean> {
  let [plain, read, rulesCost, check] = [Infinity, Infinity, Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    plain = Math.min(plain, plainParse(folder, files));
    const measured = await measureCheck(folder);
    read = Math.min(read, measured.read);
    rulesCost = Math.min(rulesCost, measured.rules);
    check = Math.min(check, measured.total);
  }
  const dearest = measureRules(files).slice(0, 6);
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
  row('workspace', `${resources} resources, ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`);
  row('yaml.parseAllDocuments', `${plain.toFixed(0)} ms`);
  row('cold check', `${check.toFixed(0)} ms: reading and scopes ${read.toFixed(0)}, rules ${rulesCost.toFixed(0)}`);
  row('the dearest rules', dearest.map(({ rule, milliseconds }) => `${rule} ${milliseconds.toFixed(0)}`).join(', '));
  row('files per second', ((files.length / check) * 1000).toFixed(0));
  row('reading and scopes to the plain parse', `${(read / plain).toFixed(2)} (at most ${maxRatio})`);
  row('the rule book to the plain parse', `${(rulesCost / plain).toFixed(2)} (at most ${maxRules})`);
  row('both together', (check / plain).toFixed(2));
  row('heap after it', `${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB`);
  return read / plain <= maxRatio && rulesCost / plain <= maxRules;
}

/** The four pictures at three sizes. Returns whether the promise holds: how long a layout takes. */
function diagrams(): boolean {
  measureDiagrams(300);
  return maxLayout
    .flatMap(([size, most]) =>
      measureDiagrams(size).map(({ view, nodes, edges, data, layout, again }) => {
        const costs = `data after an edit ${data.toFixed(0)} ms, layout ${layout.toFixed(1)}, again ${again.toFixed(1)}`;
        row(`${view}: ${nodes} nodes, ${edges} edges`, `${costs} (at most ${most})`);
        return layout <= most;
      }),
    )
    .every(Boolean);
}

function plainParse(folder: string, files: readonly GeneratedFile[]): number {
  globalThis.gc?.();
  const start = performance.now();
  for (const { path } of files) parseAllDocuments(readFileSync(join(folder, path), 'utf8'));
  return performance.now() - start;
}

async function measureCheck(
  folder: string,
): Promise<{ readonly total: number; readonly read: number; readonly rules: number }> {
  globalThis.gc?.();
  const { analyzer, workspace } = open(folder);
  const start = performance.now();
  await workspace.scan();
  const read = performance.now() - start;
  analyzer.check();
  const total = performance.now() - start;
  const { resources: seen, errors, warnings } = analyzer.counts();
  if (seen < resources || errors + warnings > 0)
    throw new Error(
      `The generated workspace should be whole and clean: ${seen} resources, ${errors} errors, ${warnings} warnings.`,
    );
  return { total, read, rules: total - read };
}

/** A keystroke: the median of ten, until the findings of the whole workspace are known again. */
async function editOne(folder: string, files: readonly GeneratedFile[]): Promise<number> {
  const { analyzer, workspace } = open(folder);
  await workspace.scan();
  analyzer.check();
  const [file] = files.slice(files.length / 2);
  if (!file) throw new Error('No file to edit.');
  const uri = pathToFileURL(join(folder, file.path)).href;
  const times = Array.from({ length: 10 }, (_, index) => {
    const start = performance.now();
    workspace.documentChanged(uri, `${file.text}# ${index}\n`);
    workspace.update();
    analyzer.check();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[5] ?? 0;
}

function irrelevantDocument(): number {
  const line = '          description: a schema that nobody here reads, as long as they come\n';
  const text = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n${line.repeat(1_000_000 / line.length)}`;
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    readManifest('file:///crd.yaml', text);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[4] ?? 0;
}

function open(folder: string) {
  const logger = { info: () => undefined, warn: (message: string) => console.warn(message) };
  const analyzer = createAnalyzer({ logger });
  return {
    analyzer,
    workspace: createWorkspace({ roots: [pathToFileURL(folder).href], analyzer, settings: defaultSettings, logger }),
  };
}

function row(name: string, value: string): void {
  console.log(`${name.padEnd(44)}${value}`);
}

void main();
