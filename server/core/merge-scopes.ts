import { loudness } from './check';
import type { Finding } from './finding';
import type { NetworkModel } from './model/network-model';

/** What the rules found in one scope. */
export interface ScopeFindings {
  readonly model: NetworkModel;
  readonly findings: readonly Finding[];
}

/**
 * Findings that several scopes share become one that names them all. It says in which it holds where the file is in further ones, and it
 * is as loud as the loudest of them. Findings that differ in what each scope puts around names alone (namespaces, prefixes) count as one.
 * @param scopesWith how many scopes a file is in
 */
export function mergeScopes(scopes: readonly ScopeFindings[], scopesWith: (uri: string) => number): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const { model, findings } of scopes) {
    const mask = maskOf(model);
    for (const finding of findings) {
      const key = JSON.stringify([finding.rule, finding.file, finding.range, mask(finding.message)]);
      const group = groups.get(key);
      if (group) group.push(finding);
      else groups.set(key, [finding]);
    }
  }
  return [...groups.values()].flatMap((group) => merged(group, scopesWith));
}

function merged(group: readonly Finding[], scopesWith: (uri: string) => number): readonly Finding[] {
  const loudest = group.reduce((a, b) => (goesBefore(b, a) ? b : a), group[0] as Finding);
  const names = [...new Set(group.map(({ scope }) => scope))];
  const everywhere = names.length >= scopesWith(loudest.file);
  const differs = group.some(({ message }) => message !== loudest.message);
  if (everywhere && !differs) return [names.length === 1 ? loudest : { ...loudest, scope: names.join(', ') }];
  const note =
    everywhere && names.length === 1 ? '(And so with another copy in this scope.)' : where(loudest.scope, names);
  return [{ ...loudest, scope: names.join(', '), message: `${loudest.message} ${note}` }];
}

/** The loudest speaks, of those the one of the first scope. A scope that has a file twice has both in no certain order. */
function goesBefore(a: Finding, b: Finding): boolean {
  const difference = loudness[a.severity] - loudness[b.severity];
  return difference > 0 || (difference === 0 && a.scope === b.scope && a.message < b.message);
}

/** `(In overlays/prod, and alike in dev, qa and 3 more.)`: the message speaks of the first one. */
function where(first: string, names: readonly string[]): string {
  const others = names.filter((name) => name !== first);
  if (others.length === 0) return `(In ${first}.)`;
  const shown = others.slice(0, mostNamed).join(', ');
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
  return `(In ${first}, and alike in ${shown}${more}.)`;
}

const mostNamed = 3;

/** Takes out of a message what a scope alone decides. */
function maskOf({ scope, contents }: NetworkModel): (message: string) => string {
  if (!scope.rendering) return (message) => message;
  const affixes = scope.rendering.affixes.map(escaped);
  // A name may have several prefixes: with the outermost gone, the next one stands at its beginning.
  const affix = new RegExp(`(?<![\\w.-])(?:${either(affixes)})+(?=\\w)|(?<=\\w)(?:${either(affixes)})+(?![\\w-])`, 'g');
  const words = either([...contents.keys()].filter((namespace) => namespace !== '').map(escaped));
  const namespace = new RegExp(
    `(\\bnamespaces? |\\.)(?:${words})(?:, (?:${words}))*(?![\\w-])|\\b(?:${words})(?=/)`,
    'gi',
  );
  return (message) => {
    const plain = affixes.length === 0 ? message : message.replace(affix, '');
    return words === '' ? plain : plain.replace(namespace, '$1*');
  };
}

/** The longest first, as a regular expression takes the first that fits. */
function either(words: readonly string[]): string {
  return words.toSorted((a, b) => b.length - a.length).join('|');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
