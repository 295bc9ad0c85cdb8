import { setupTools } from '../tools/setup.mjs';

/** Once, before all tests. */
export default () => setupTools({ log: (line) => console.log(line) });
