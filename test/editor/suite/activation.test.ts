import assert from 'node:assert/strict';
import { extension } from './workspace.js';

describe('a folder with manifests', () => {
  it('activates Kubepath before any file is opened', () => {
    // VS Code starts the tests only once all that a folder's content activates is active.
    assert.equal(extension().isActive, true);
  });
});
