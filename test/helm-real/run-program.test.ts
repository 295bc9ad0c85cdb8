import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runProgram, type ProgramLimits } from '../../server/workspace/run-program';

const limits: ProgramLimits = { time: 30_000, size: 1 << 20 };

function node(
  code: string,
  options: { readonly stdin?: string; readonly limits?: ProgramLimits; readonly signal?: AbortSignal } = {},
) {
  return runProgram(
    {
      command: [process.execPath, '-e', code],
      cwd: process.cwd(),
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    },
    options.limits ?? limits,
    options.signal ?? new AbortController().signal,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('runProgram', () => {
  it('gives what the program writes, from what it reads, with the environment', async () => {
    const result = await node(
      'process.stdin.on("data", (d) => process.stdout.write(d)).on("end", () => console.log(process.env.PATH))',
      { stdin: 'grün\n' },
    );
    expect(result).toEqual({ output: `grün\n${process.env['PATH'] ?? ''}\n` });
  });

  it('is not disturbed by a program that reads nothing', async () => {
    expect(await node('console.log(1)', { stdin: 'x'.repeat(1 << 20) })).toEqual({ output: '1\n' });
  });

  it('gives the telling lines of a failure', async () => {
    const errors =
      'WARNING: Kubernetes configuration file is group-readable\nError: no such chart\n  at line 3\n\nUse --debug flag';
    expect(await node(`console.error(${JSON.stringify(errors)}); process.exit(1)`)).toEqual({
      message: 'no such chart at line 3',
    });
    expect(await node('process.exit(3)')).toEqual({ message: 'node failed with exit code 3.' });
  });

  it('says when there is no such program, or no such folder', async () => {
    const signal = new AbortController().signal;
    expect(await runProgram({ command: ['/nowhere/helm', 'x'], cwd: '/' }, limits, signal)).toEqual({
      message: 'The program "/nowhere/helm" was not found. Check the path in the settings.',
    });
    expect(await runProgram({ command: ['helm'], cwd: '/nowhere/at/all' }, limits, signal)).toEqual({
      message: 'helm was not started: the folder /nowhere/at/all is gone.',
    });
    expect(await runProgram({ command: [], cwd: '/' }, limits, signal)).toHaveProperty('message');
  });

  it('ends a program that takes too long, with all that it started', async () => {
    const code = `
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      require('fs').writeSync(2, String(child.pid));
      setInterval(() => {}, 1000);
    `;
    const began = performance.now();
    expect(await node(code, { limits: { ...limits, time: 500 } })).toEqual({
      message: 'node took longer than 0.5 seconds and was ended.',
    });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('waits for nobody whom the program left behind', async () => {
    const code = `
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      process.exit(0);
    `;
    const result = await node(code);
    const pid = 'output' in result ? Number(result.output) : 0;
    expect(pid).toBeGreaterThan(0);
    for (let tries = 0; isAlive(pid) && tries < 50; tries++) await sleep(100);
    expect(isAlive(pid)).toBe(false);
  });

  it('ends a program that writes too much', async () => {
    const code = 'const x = "x".repeat(1 << 16); (function f() { process.stdout.write(x, f); })()';
    expect(await node(code)).toEqual({ message: 'node wrote more than 1 MB and was ended.' });
  });

  it('ends a program that nobody wants any more', async () => {
    const controller = new AbortController();
    const result = node('setInterval(() => {}, 1000)', { signal: controller.signal });
    controller.abort();
    expect(await result).toEqual({ message: 'node was cancelled.' });
    expect(await node('', { signal: controller.signal })).toEqual({ message: 'node was cancelled.' });
  });
});
