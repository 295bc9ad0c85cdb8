// A stand-in for the extension's host and the server behind it: the core itself, on the manifests of a folder.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** An analyzer with the manifests of a folder as one scope, and a way to edit them. */
export async function analyzerOf(folder) {
  const { createAnalyzer } = await loadCore();
  const analyzer = createAnalyzer({ logger: { info: () => undefined, warn: () => undefined } });
  const uriOf = (name) => `file:///shop/${name}`;
  const texts = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  for (const [name, text] of texts) analyzer.setFile(uriOf(name), text);
  const files = [...texts.keys()].map(uriOf);
  analyzer.setScopes([{ name: 'shop', kind: 'directory', root: 'file:///shop', complete: true, files }]);
  return {
    analyzer,
    edit(name, change) {
      const text = change(texts.get(name));
      texts.set(name, text);
      analyzer.setFile(uriOf(name), text);
    },
  };
}

/** What the host answers to a message of the page; undefined for what only VS Code can do. */
export function answerTo(analyzer, message, focus = null) {
  const shown = (name, without, matrix = false) => ({
    type: 'view',
    name,
    view: analyzer.view({ view: name, without: without ?? undefined, matrix }) ?? null,
    at: null,
    focus,
  });
  switch (message.type) {
    case 'ready':
      return shown(message.view ?? 'services');
    case 'show':
      return shown(message.view, message.without);
    case 'matrix':
      return message.on ? shown('policies', null, true) : undefined;
    case 'path': {
      const asks = new Map(
        ['services', 'policies', 'pods', 'ingress'].flatMap((view) =>
          analyzer.view({ view }).nodes.map(({ id, ask }) => [id, ask]),
        ),
      );
      const question = { source: asks.get(message.source), destination: asks.get(message.target) };
      return { ...message, answer: analyzer.explain('shop', question) };
    }
    case 'alone':
      return { ...message, alone: analyzer.policyAlone({ view: 'policies' }, message.policy) ?? null };
    case 'fixes':
      return { ...message, fixes: [{ problem: 0, title: 'A fix of the first problem' }] };
    case 'export':
      return { type: 'exported', message: `Saved as shop.${message.format}.` };
    default:
      return undefined;
  }
}

async function loadCore() {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-core-'));
  try {
    const outfile = join(folder, 'core.cjs');
    await build({
      entryPoints: [join(ROOT, 'server/core/index.ts')],
      bundle: true,
      format: 'cjs',
      platform: 'node',
      outfile,
    });
    return (await import(pathToFileURL(outfile).href)).default;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
