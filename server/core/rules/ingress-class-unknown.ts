import { entriesAt, entryOf, nodeAt, stringAt, type MapEntry } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import { isDefaultClass } from '../model/controllers';
import type { Ingress } from '../model/ingress';
import { isPlaceholder } from '../model/label';
import { clusterResourcesOf, ingressesOf, type NetworkModel } from '../model/network-model';
import { entryRange, removeLines, replaceScalar } from './edits';
import { nearest } from './near';
import { defineRule, type FixDraft, type Place, type Report } from './rule';

const annotation = 'kubernetes.io/ingress.class';

export const ingressClassUnknown = defineRule({
  id: 'ingress-class-unknown',
  title: 'An Ingress of a class that no IngressClass declares, or an unclear class',
  severity: 'information',
  variants: ['warning: spec.ingressClassName and the annotation name two classes'],
  check(model, report) {
    const classes = clusterResourcesOf(model, 'IngressClass');
    checkDefaults(classes, report);
    for (const ingress of ingressesOf(model)) {
      checkBoth(ingress, report);
      if (classes.length > 0) checkClass(ingress, classes, model, report);
    }
  },
  fixes(data, textOf) {
    if ('fixes' in data) return data['fixes'] as readonly FixDraft[];
    const { file, start, end } = data as unknown as Required<Place>;
    const edit = removeLines(textOf(file), file, { start, end });
    return edit ? [{ title: `Remove the annotation ${annotation}`, edits: [edit] }] : [];
  },
});

/** Of several defaults the newest one counts (Kubernetes, admission plugin DefaultIngressClass), which is nothing that a manifest says. */
function checkDefaults(classes: readonly Resource[], report: Report): void {
  const byName = new Map(classes.filter(isDefaultClass).map((resource) => [resource.name, resource]));
  const [first, ...others] = byName.values();
  for (const resource of others) {
    if (!first) continue;
    report({
      resource,
      message: `IngressClass ${first.name} is the default class too: which of them an Ingress without a class gets depends on which was made last. Leave one default.`,
      related: [{ resource: first, message: `IngressClass ${first.name}` }],
    });
  }
}

/** The API server refuses a new Ingress that names two classes (validation of Ingress on create). */
function checkBoth({ resource }: Ingress, report: Report): void {
  const field = stringAt(resource.root, 'spec', 'ingressClassName');
  const entry = annotationOf(resource);
  const { value } = stringAt(entry?.value) ?? {};
  if (!field || !entry || value === undefined || value === field.value) return;
  if (isPlaceholder(field.value) || isPlaceholder(value)) return;
  const annotations = entryOf(nodeAt(resource.root, 'metadata'), 'annotations');
  const isOnly = entriesAt(annotations?.value).length === 1 && annotations?.value.file === entry.value.file;
  const range = entryRange(isOnly && annotations ? annotations : entry);
  report({
    resource,
    at: entry.value,
    severity: 'warning',
    message: `The annotation ${annotation} says "${value}" and spec.ingressClassName says "${field.value}": Kubernetes refuses to create an Ingress with two classes. Remove the annotation.`,
    related: [{ resource, at: field.node, message: `spec.ingressClassName: ${field.value}` }],
    ...(entry.value.shared ? {} : { data: { ...range, file: range.file ?? resource.file } }),
  });
}

function annotationOf(resource: Resource): MapEntry | undefined {
  return entryOf(nodeAt(resource.root, 'metadata', 'annotations'), annotation);
}

function checkClass({ resource }: Ingress, classes: readonly Resource[], model: NetworkModel, report: Report): void {
  const field = stringAt(resource.root, 'spec', 'ingressClassName');
  const named = field ?? stringAt(annotationOf(resource)?.value);
  if (!named || named.value === '' || isPlaceholder(named.value)) return;
  if (classes.some(({ name }) => name === named.value || isPlaceholder(name))) return;
  if (isDeclaredElsewhere(model, named.value)) return;
  const near = nearest(named.value, classes, ({ name }) => name);
  // The annotation is older than IngressClasses: controllers compare it with what they were started with.
  if (!near && (!field || !model.complete)) return;
  const edit = near && replaceScalar(resource, named.node, near.name);
  const names = [...new Set(classes.map(({ name }) => name))];
  report({
    resource,
    at: named.node,
    message: `No IngressClass is named "${named.value}". ${near ? `IngressClass ${near.name} is there.` : `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} ${names.length > 1 ? 'are' : 'is'} declared here: check the name, unless the class comes from elsewhere.`}`,
    related: (near ? [near] : classes.slice(0, 3)).map((one) => ({
      resource: one,
      message: `IngressClass ${one.name}`,
    })),
    data: { fixes: edit ? [{ title: `Change "${named.value}" to "${near.name}"`, edits: [edit] }] : [] },
  });
}

function isDeclaredElsewhere(model: NetworkModel, name: string): boolean {
  return model.neighbours.some((other) => other.clusterResources.get('IngressClass')?.some((one) => one.name === name));
}
