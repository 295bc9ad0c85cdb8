import { isBuiltInKind, type PodTemplates } from './manifest/kinds';

/** For package.json and for the schema of `.kubepath.yaml`. */
export const podTemplatesSchema = {
  type: 'object',
  propertyNames: { pattern: '^[^/\\s]*/[A-Za-z][A-Za-z0-9]*$' },
  additionalProperties: { type: 'string', pattern: '^[^.\\s]+(\\.[^.\\s]+)*$' },
  default: {},
} as const;

/** Reads the value of `podTemplates`: API group and kind → path of the pod template. What is not of that form is left out. */
export function readPodTemplates(raw: unknown): PodTemplates {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return {};
  return Object.fromEntries(
    Object.entries(raw).filter(
      (entry): entry is [string, string] => podTemplateProblem(entry[0], entry[1]) === undefined,
    ),
  );
}

/** What to write where something else than an object stands. */
export const podTemplatesExample = '{ "apps.example.com/Widget": "spec.template" }';

/** A sentence about what is wrong with a kind or with the path of its pod template, undefined when nothing is. */
export function podTemplateProblem(kind: string, path: unknown): string | undefined {
  if (!/^[^/\s]*\/[A-Za-z][A-Za-z0-9]*$/.test(kind))
    return `"${kind}" is no kind: write its API group without the version, a slash and the kind, as in ${podTemplatesExample}.`;
  if (isBuiltInKind(kind)) return `${kind} is a kind that Kubepath reads anyway: take it out.`;
  if (typeof path !== 'string' || !/^[^.\s[\]]+(\[\])?(\.[^.\s[\]]+(\[\])?)*$/.test(path))
    return `"${kind}" is set to ${JSON.stringify(path)}: write the path of its pod template, such as "spec.template", or "spec.groups[].template" where a list holds several.`;
  return undefined;
}
