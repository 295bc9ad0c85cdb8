#!/usr/bin/env node
// Stands in for the VS Code executable: takes the arguments @vscode/test-electron gives to one, runs the tests in the extension host
// of the bundled workbench, and ends with their exit code.
import { createRequire } from 'node:module';
import { format } from 'node:util';
import { openBrowser } from '../workbench/browser.mjs';
import { startWorkbench } from '../workbench/server.mjs';

const LIMIT = 120_000;
const HUNG = 124;

const args = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.exit(await main());

async function main() {
  const workbench = await startWorkbench();
  const browser = await openBrowser();
  try {
    return await runTests(workbench, await browser.newPage());
  } finally {
    await browser.close();
    await workbench.stop();
  }
}

async function runTests(workbench, page) {
  const printed = [];
  await page.exposeFunction('codeAutomationLog', (_type, values) => printed.push(format(...values)));
  const exit = new Promise((ended) => page.exposeFunction('codeAutomationExit', ended));
  await page.goto(workbenchUrl(workbench));
  const code = await Promise.race([exit, new Promise((ended) => setTimeout(ended, LIMIT, HUNG))]);
  // The tests report through a file; what the workbench has to say matters only when they could not.
  if (code !== 0) console.log(printed.slice(-200).join('\n'));
  if (code === HUNG) console.log(`The extension host did not finish within ${LIMIT / 1000} s.`);
  return code;
}

function workbenchUrl(workbench) {
  const development = option('extensionDevelopmentPath');
  // The workbench wants the full file name.
  const tests = createRequire(import.meta.url).resolve(option('extensionTestsPath'));
  return workbench.url(args.find((arg) => !arg.startsWith('-')) ?? development, [
    ['extensionDevelopmentPath', workbench.remote(development)],
    ['extensionTestsPath', workbench.remote(tests)],
    ['skipWelcome', 'true'],
  ]);
}

function option(name) {
  const prefix = `--${name}=`;
  return args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? '';
}
