import { lineStartsOf } from '../../server/core/position';
import { entriesAt, keyRange, nodeAt } from '../../server/core/manifest/node';
import { ingressesOf, servicesOf } from '../../server/core/model/network-model';
import { nameSpot, placeOf, rewrite, type MistakeKind } from './mistake';

export const textMistakes: readonly MistakeKind[] = [
  {
    name: 'a key stands twice',
    rules: ['yaml-duplicate-key'],
    *sites({ model, textOf }) {
      for (const { resource } of servicesOf(model)) {
        const entry = entriesAt(resource.root, 'spec').find(({ key }) => key === 'selector' || key === 'type');
        if (!entry || entry.value.shared || entry.value.type !== 'scalar') continue;
        const { start, file = resource.file } = keyRange(entry);
        const text = textOf(file);
        const line = text.lastIndexOf('\n', start - 1) + 1;
        const end = text.indexOf('\n', entry.value.end) + 1;
        if (!/^ +$/.test(text.slice(line, start)) || end === 0) continue;
        yield {
          what: `${entry.key} twice`,
          edits: [{ file, start: end, end, newText: text.slice(line, end) }],
          at: [
            { file, offset: start },
            { file, offset: end },
          ],
          anywhereIn: file,
        };
      }
    },
  },
  {
    name: 'an indentation is off',
    rules: ['yaml-syntax', 'yaml-duplicate-key'],
    *sites({ model, textOf }) {
      for (const { resource } of servicesOf(model)) {
        const entry = entriesAt(resource.root, 'spec').find(({ key }) => key === 'ports');
        if (!entry || entry.value.shared || entry.value.type !== 'sequence') continue;
        const { start, file = resource.file } = keyRange(entry);
        if (!/\n +$/.test(textOf(file).slice(0, start))) continue;
        yield {
          what: 'ports one column to the left',
          edits: [{ file, start: start - 1, end: start, newText: '' }],
          // Where reading fails is within the list, or right behind it.
          at: lineStartsOf(textOf(file))
            .filter((offset) => offset > start - 8 && offset <= entry.value.end + 1)
            .map((offset) => ({ file, offset })),
        };
      }
    },
  },
  {
    name: 'a resource is there twice, with a difference',
    rules: ['resource-duplicate', 'kustomization-invalid'],
    *sites(scope) {
      for (const { resource, ports } of servicesOf(scope.model)) {
        const text = scope.textOf(resource.file);
        const [port] = ports;
        const place = port && placeOf(scope, resource, port.port.node);
        if (!place || place.file !== resource.file || text[resource.range.start] === '{') continue;
        const own = text.slice(resource.range.start, resource.range.end).trimEnd();
        const at = place.start - resource.range.start;
        const copy = `${own.slice(0, at)}1${own.slice(at)}`;
        const newText = `${text[resource.range.end - 1] === '\n' ? '' : '\n'}---\n${copy}\n`;
        yield {
          what: `${resource.name} twice`,
          edits: [{ file: resource.file, start: resource.range.end, end: resource.range.end, newText }],
          at: [nameSpot(resource)],
          anywhereIn: resource.file,
          orBy: 'kustomization-invalid',
        };
      }
    },
  },
  {
    name: 'an Ingress of years ago',
    rules: ['api-version-removed'],
    *sites(scope) {
      for (const { resource } of ingressesOf(scope.model)) {
        const mistake = rewrite(scope, resource, nodeAt(resource.root, 'apiVersion'), 'networking.k8s.io/v1beta1');
        if (mistake) yield mistake;
      }
    },
  },
];
