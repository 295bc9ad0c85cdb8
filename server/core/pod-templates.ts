import { isBuiltInKind, type PodTemplates } from './manifest/kinds';

/** For package.json and for the schema of `.kubepath.yaml`. */
export const podTemplatesSchema = {
  type: 'object',
  propertyNames: { pattern: '^[^/\\s]*/[A-Za-z][A-Za-z0-9]*$' },
  additionalProperties: { type: 'string', pattern: '^[^.\\s]+(\\.[^.\\s]+)*$' },
  default: {},
} as const;

/**
 * `kubepath.podTemplates`: API group and kind → path of the pod template. What is not of that form is left out, each with a sentence.
 */
export function readPodTemplates(raw: unknown): {
  readonly podTemplates: PodTemplates;
  readonly problems: readonly string[];
} {
  if (raw === undefined) return { podTemplates: {}, problems: [] };
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const message = `kubepath.podTemplates is ${JSON.stringify(raw)}; use an object such as ${example}.`;
    return { podTemplates: {}, problems: [message] };
  }
  const entries = Object.entries(raw as Readonly<Record<string, unknown>>);
  const problems = entries.flatMap(([kind, path]) => problemOf(kind, path) ?? []);
  const podTemplates = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => problemOf(...entry) === undefined),
  );
  return { podTemplates, problems };
}

const example = '{ "apps.example.com/Widget": "spec.template" }';

function problemOf(kind: string, path: unknown): string | undefined {
  if (!/^[^/\s]*\/[A-Za-z][A-Za-z0-9]*$/.test(kind))
    return `kubepath.podTemplates: "${kind}" is no kind; write its API group without the version, a slash and the kind, as in ${example}.`;
  if (isBuiltInKind(kind)) return `kubepath.podTemplates: ${kind} is a kind that Kubepath reads anyway; take it out.`;
  if (typeof path !== 'string' || !/^[^.\s[\]]+(\[\])?(\.[^.\s[\]]+(\[\])?)*$/.test(path))
    return `kubepath.podTemplates: "${kind}" is set to ${JSON.stringify(path)}; write the path of its pod template, such as "spec.template", or "spec.groups[].template" where a list holds several.`;
  return undefined;
}
