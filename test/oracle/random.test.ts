import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTree } from './agreement-of-trees';
import { wrongPlaces } from './places';
import { randomTree } from './random-kustomizations';

/** For long hunts: KUBEPATH_ORACLE_RUNS=5000 KUBEPATH_ORACLE_SEED=7 KUBEPATH_ORACLE_SHRINK=1 npm run oracle -- test/oracle/random.test.ts */
const runs = Number(process.env['KUBEPATH_ORACLE_RUNS'] ?? 250);
const seed = Number(process.env['KUBEPATH_ORACLE_SEED'] ?? 1);

/** Takes minutes: each step asks kubectl again. */
const shrinks = process.env['KUBEPATH_ORACLE_SHRINK'] !== undefined;

/** Two at a time, since each waits for a process. */
const lanes = [0, 1];

describe('random kustomizations', () => {
  it.concurrent.each(lanes)(
    'come out as kubectl kustomize renders them, with every value at its place (%i)',
    async (lane) => {
      const outcomes = { same: 0, refused: 0 };
      const agrees = fc.asyncProperty(randomTree, async ({ files, root }) => {
        const { outcome, difference, rendering } = await compareTree(files, root);
        if (outcome === 'different') throw new Error(`They do not agree.\n${difference}`);
        expect(wrongPlaces(files, rendering.resources)).toEqual([]);
        outcomes[outcome]++;
      });
      await fc.assert(agrees, {
        seed: seed + lane,
        numRuns: Math.ceil(runs / lanes.length),
        endOnFailure: !shrinks,
      });
      // Trees that cannot be built say little.
      expect(outcomes.same / (outcomes.same + outcomes.refused)).toBeGreaterThan(0.7);
      console.log(`Seed ${seed + lane}: ${outcomes.same} agree, ${outcomes.refused} are refused by both.`);
    },
  );
});
