import fc from 'fast-check';

// What random tests try is the same in every run, so that a red run is about the change that is tested. To hunt for more:
// KUBEPATH_SEED=random npm run agreement, or a number; fast-check prints the seed and the path of what it finds.
const wanted = process.env['KUBEPATH_SEED'] ?? '20261124';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
