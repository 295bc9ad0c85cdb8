// npm start [folder]: opens a real VS Code with Kubepath on a folder of manifests.
//   --workbench   the bundled one, even where a desktop VS Code is
//   --smoke       brings the bundled one up, and down again
// Node's own modules only up to the installation: on a fresh machine nothing else is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { installMissing } from './install.mjs';
import { endWithUs, ROOT, run } from './process.mjs';

const LOOK_AT = `
What to look at:
  services.yaml        a squiggle under the misspelt selector: hover over it, then take the quick fix (Ctrl+.)
  Problems panel       Ctrl+Shift+M: what Kubepath finds in the whole folder, in files that are not open too
  Four diagrams        F1, then "Kubepath: Show Network Policy" (or Service Routing, Ingress Flow, Pod Networking); click a box to see its YAML
  Log                  F1, then "Kubepath: Show Log"
`;

const args = process.argv.slice(2);
const smoke = args.includes('--smoke');
const folder = resolve(
  process.env.INIT_CWD ?? '.',
  args.find((arg) => !arg.startsWith('-')) ?? join(ROOT, 'examples', 'shop'),
);
if (!existsSync(folder)) fail(`No such folder: ${folder}`);

const letUsEndIt = endWithUs();
await installMissing({ log: console.log });
const { setupWorkbench, workbenchSupported } = await import('../test/workbench/setup.mjs');
await buildExtension();
const desktop = smoke || args.includes('--workbench') ? undefined : findDesktop();
if (desktop) openDesktop(desktop);
else if (workbenchSupported) await openWorkbench();
else if (smoke) console.log('The bundled workbench runs on Linux x64 only.');
else
  fail('Install VS Code, and its `code` command (in VS Code: F1, "Shell Command: Install \'code\' command in PATH").');

async function buildExtension() {
  const { code } = await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);
  if (code !== 0) fail('The build failed.');
}

/** The desktop's `code`, where a window can open. In a remote terminal the command of that name cannot load an extension from here. */
function findDesktop() {
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((one) => join(one, name)).find((file) => existsSync(file));
}

function openDesktop(code) {
  const options = ['--new-window', `--extensionDevelopmentPath=${ROOT}`, folder];
  // On Windows `code` is a batch file, which only a shell runs.
  const shell = process.platform === 'win32';
  const quote = (text) => (shell ? `"${text}"` : text);
  const { status } = spawnSync(quote(code), options.map(quote), { stdio: 'inherit', shell });
  if (status !== 0) fail(`${code} ended with exit code ${status}.`);
  console.log(`VS Code opens ${folder}.\n${LOOK_AT}`);
}

async function openWorkbench() {
  await setupWorkbench({ log: console.log });
  letUsEndIt();
  const { startWorkbench } = await import('../test/workbench/server.mjs');
  const workbench = await startWorkbench();
  const address = workbench.url(folder, [['extensionDevelopmentPath', workbench.remote(ROOT)]]);
  if (smoke) {
    const { ok } = await fetch(address);
    await workbench.stop();
    if (!ok) fail(`${address} does not answer.`);
    console.log('VS Code came up, and went down again.');
    return;
  }
  console.log(`\nVS Code with Kubepath on ${folder}:\n\n  ${address}\n${LOOK_AT}\nCtrl-C ends it.`);
  const alone = await Promise.race([interrupted(), workbench.exited.then(() => true)]);
  await workbench.stop();
  if (alone) fail('VS Code ended by itself.');
}

function interrupted() {
  return new Promise((done) =>
    ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.once(signal, () => done(false))),
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
