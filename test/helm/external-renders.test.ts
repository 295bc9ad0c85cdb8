import { describe, expect, it } from 'vitest';
import { createExternalRenders, type RenderJob } from '../../server/workspace/external-renders';
import type { ProgramResult } from '../../server/workspace/run-program';

function job(key: string): RenderJob {
  return { key, command: ['helm', key], cwd: '/' };
}

/** Runs that end when the test says so. */
function setUp() {
  const started: string[] = [];
  const ends = new Map<string, (result: ProgramResult) => void>();
  const aborted: string[] = [];
  let done = 0;
  const renders = createExternalRenders({
    logger: { info: () => undefined, warn: () => undefined },
    limit: 1000,
    onDone: () => {
      done++;
    },
    run: ({ command }, _, signal) => {
      const name = command[1] ?? '';
      started.push(name);
      signal.addEventListener('abort', () => aborted.push(name));
      return new Promise((resolve) => ends.set(name, resolve));
    },
  });
  const end = async (name: string, result: ProgramResult = { output: `of ${name}` }): Promise<void> => {
    ends.get(name)?.(result);
    await new Promise((next) => setImmediate(next));
  };
  const states = (...names: string[]): readonly string[] =>
    [...renders.answers(names.map(job)).values()].map((answer) =>
      answer.state === 'done' ? answer.output : answer.state,
    );
  return { renders, started, aborted, end, states, done: () => done };
}

describe('external renders', () => {
  it('runs two at a time, in the order in which they are asked for', async () => {
    const { states, started, end, done } = setUp();
    expect(states('a', 'b', 'c')).toEqual(['pending', 'pending', 'pending']);
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    expect(done()).toBe(1);
    expect(states('a', 'b', 'c')).toEqual(['pending', 'of b', 'pending']);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('remembers by key, and runs nothing twice', async () => {
    const { states, started, end } = setUp();
    states('a', 'a');
    await end('a');
    expect(states('a')).toEqual(['of a']);
    expect(states()).toEqual([]);
    expect(states('a')).toEqual(['of a']);
    expect(started).toEqual(['a']);
  });

  it('drops what waits and ends what runs once nobody asks for it', async () => {
    const { states, started, aborted, end, done } = setUp();
    states('a', 'b', 'c');
    states('b', 'd');
    expect(aborted).toEqual(['a']);
    await end('a', { message: 'helm was cancelled.' });
    expect(started).toEqual(['a', 'b', 'd']);
    expect(done()).toBe(0);
  });

  it('starts anew what is asked for again while it is being ended', async () => {
    const { states, started, end } = setUp();
    states('a');
    states();
    expect(states('a')).toEqual(['pending']);
    expect(started).toEqual(['a']);
    await end('a', { message: 'helm was cancelled.' });
    expect(started).toEqual(['a', 'a']);
    await end('a');
    expect(states('a')).toEqual(['of a']);
  });

  it('remembers failures until they are to be forgotten', async () => {
    const { renders, states, started, end } = setUp();
    states('a', 'b');
    await end('a', { message: 'no' });
    await end('b');
    expect(renders.answers([job('a')]).get('a')).toEqual({ state: 'failed', message: 'no' });
    renders.forgetFailures();
    expect(states('a', 'b')).toEqual(['pending', 'of b']);
    expect(started).toEqual(['a', 'b', 'a']);
  });

  it('forgets what is large and was not asked for lately, but never what is wanted', async () => {
    const { states, end, started } = setUp();
    const large = { output: 'x'.repeat(30 << 20) };
    for (const name of ['a', 'b', 'c', 'd']) {
      states(name);
      await end(name, large);
    }
    states('b', 'a');
    expect(started).toEqual(['a', 'b', 'c', 'd', 'a']);
    await end('a', large);
    expect(states('a', 'b').includes('pending')).toBe(false);
  });

  it('is idle when nothing runs and nothing waits', async () => {
    const { renders, states, end } = setUp();
    await renders.idle();
    states('a', 'b', 'c');
    let idle = false;
    const waited = renders.idle().then(() => void (idle = true));
    for (const name of ['a', 'b']) await end(name);
    expect(idle).toBe(false);
    await end('c');
    await waited;
    expect(idle).toBe(true);
  });

  it('ends everything when it is disposed of, and starts nothing then', async () => {
    const { renders, states, started, aborted, end } = setUp();
    states('a', 'b', 'c');
    renders.dispose();
    expect(aborted).toEqual(['a', 'b']);
    expect(states('d')).toEqual(['pending']);
    await end('a');
    await end('b');
    await renders.idle();
    expect(started).toEqual(['a', 'b']);
  });
});
