import { describe, expect, it } from 'vitest';
import { compareTree } from './agreement-of-trees';
import { casesByFile } from './case-files';
import { wrongPlaces } from './places';

/**
 * Every file in `cases/` holds trees for a feature. `#= name` starts a case and `#- path` a file of it; what is built is the folder of the
 * last kustomization. Beside these files a case has `app`, a base with the resources of cases/app.yaml. After the name: `| refused` where
 * kubectl refuses to build and we must say so, `| silent` where it refuses for what networking does not read, `| crlf` for the line ends.
 */
describe.each([...casesByFile()])('%s', (_, cases) => {
  it.concurrent.each(cases)('$name', async ({ files, root, expected }) => {
    const { outcome, difference, refusal, rendering } = await compareTree(files, root);
    if (expected === 'silent') expect([refusal !== undefined, rendering.problems]).toEqual([true, []]);
    else expect([outcome, difference]).toEqual(expected === 'built' ? ['same', ''] : ['refused', expect.any(String)]);
    expect(wrongPlaces(files, rendering.resources)).toEqual([]);
  });
});
