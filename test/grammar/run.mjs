// Runs the grammar tests; see README.md. `--update` accepts the present output as the new snapshots.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const yamlGrammars = readdirSync(path.join(here, 'vendor'))
  .filter((name) => name.endsWith('.tmLanguage.json'))
  .flatMap((name) => ['--grammar', path.join(here, 'vendor', name)]);
const update = process.argv.includes('--update');
const snapshots = yamlFiles('snapshots');
const units = yamlFiles('unit');
let passed = 0;
let failed = 0;

for (const file of units) {
  report(`unit/${path.basename(file)}`, tool('unit', [file]));
}
for (const file of snapshots) {
  const name = `snapshots/${path.basename(file)}`;
  if (!update && !existsSync(`${file}.snap`)) report(name, 'no snapshot yet: npm run grammar -- --update');
  else report(name, tool('snapshot', ['--scope', 'source.yaml', ...(update ? ['--updateSnapshot'] : []), file]));
}
for (const [file, difference] of compareWithPlainYaml([...units, ...snapshots])) {
  report(`YAML's own scopes in ${path.basename(file)}`, difference);
}
if (units.length === 0 || snapshots.length === 0) report('test files', 'there are none');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The tool's output if it failed, else nothing. Without a config it knows VS Code's YAML alone. */
function tool(kind, args, config = path.join(root, 'package.json')) {
  const bin = path.join(root, 'node_modules/vscode-tmgrammar-test/dist', `${kind}.js`);
  const run = spawnSync(process.execPath, [bin, '--config', config, ...yamlGrammars, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return run.status === 0 ? undefined : `${run.stdout}${run.stderr}`.trim() || `exit ${run.status}`;
}

/** For each file: where a character's YAML scopes change when Kubepath's grammars are loaded, if anywhere. */
function compareWithPlainYaml(files) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubepath-grammar-'));
  try {
    const tokens = ['plain', 'kubepath'].map((name) => {
      const copies = files.map((file) => path.join(folder, `${name}-${path.basename(file)}`));
      files.forEach((file, i) => cpSync(file, copies[i]));
      const config = name === 'plain' ? path.join(folder, 'none.json') : undefined;
      const error = tool('snapshot', ['--scope', 'source.yaml', ...copies], config);
      if (error !== undefined) throw new Error(error);
      return copies.map((copy) => scopesByCharacter(readFileSync(`${copy}.snap`, 'utf8')));
    });
    return files.map((file, i) => {
      const [plain, kubepath] = [tokens[0][i], tokens[1][i]];
      const line = plain.findIndex((scopes, n) => scopes.join('\n') !== (kubepath[n] ?? []).join('\n'));
      if (line < 0) return [file, undefined];
      const column = plain[line].findIndex((scopes, n) => scopes !== kubepath[line]?.[n]);
      return [
        file,
        `line ${line + 1}, column ${column + 1}: "${plain[line][column]}" became "${kubepath[line]?.[column]}"`,
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A snapshot as one list of scopes per character, Kubepath's own left out. */
function scopesByCharacter(snapshot) {
  const lines = [];
  for (const text of snapshot.split(/\r?\n/)) {
    if (text.startsWith('>')) {
      lines.push(Array(text.length - 1).fill(''));
      continue;
    }
    const token = /^#( *)(\^+) (.*)$/.exec(text);
    const line = lines.at(-1);
    if (token === null || line === undefined) continue;
    const scopes = token[3].split(' ').filter((scope) => !scope.endsWith('.kubepath'));
    // A token may reach over the line's end; the line does not.
    line.fill(scopes.join(' '), token[1].length, token[1].length + token[2].length);
  }
  return lines;
}

function yamlFiles(folder) {
  return readdirSync(path.join(here, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => path.join(here, folder, name));
}

function report(name, problem) {
  if (problem === undefined) passed++;
  else failed++;
  console.log(problem === undefined ? `✓ ${name}` : `✗ ${name}\n${problem.replace(/^/gm, '    ')}`);
}
