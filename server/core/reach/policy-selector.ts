import { entriesAt, nodeAt, type MapNode, type SourceNode } from '../manifest/node';
import { isPlaceholder, readLabelSelector, type Selector } from '../model/label';
import {
  addPlaceholder,
  addProblem,
  isText,
  isWritten,
  keyPlace,
  placeholderOf,
  placeOf,
  readList,
  shown,
  startWith,
  type PolicyReader,
} from './policy-reading';
import { meantFields, strayFields, type FieldSet } from './stray-fields';

/** A LabelSelector; undefined when it is absent or null. Every part that makes it unreadable is a problem of its own. */
export function readSelector(
  reader: PolicyReader,
  node: SourceNode | undefined,
  key: string,
  path: string,
): Selector | undefined | 'unreadable' {
  const found = nodeAt(node, key);
  if (!isWritten(found)) return undefined;
  const field = `${path}.${key}`;
  if (found.type !== 'map') {
    const right = `Write matchLabels or matchExpressions below it, or {} for all`;
    addProblem(reader, field, found, `${key} must be a mapping, and here it is ${shown(found)}. ${right}.`);
    return 'unreadable';
  }
  const before = reader.problems.length;
  checkFields(reader, found, field);
  checkLabels(reader, nodeAt(found, 'matchLabels'), `${field}.matchLabels`);
  const example = `matchExpressions: [{ key: app, operator: Exists }]`;
  const expressions = readList(reader, found, 'matchExpressions', field, example);
  if (expressions !== 'unreadable')
    expressions?.forEach((item, index) => checkExpression(reader, item, `${field}.matchExpressions[${index}]`));
  const selector = readLabelSelector(node, key);
  return reader.problems.length > before || !selector?.valid ? 'unreadable' : selector;
}

/** An unknown field is dropped with a warning by the API server, which leaves a selector wider than what is written. */
function checkFields(reader: PolicyReader, selector: MapNode, field: string): void {
  const names = ['matchLabels', 'matchExpressions'];
  const strays = entriesAt(selector).filter(({ key }) => !names.includes(key));
  const [first] = strays;
  if (!first) return;
  const labels = strays.filter(({ key, value }) => value.type === 'scalar' && meantFields(key, names).length === 0);
  if (labels.length === selector.entries.length) {
    const keys = labels.map(({ key }) => `"${key}"`).join(', ');
    addProblem(reader, field, selector, `A selector has no field ${keys}. Put labels below matchLabels.`);
    return;
  }
  for (const entry of strays) {
    const [meant] = meantFields(entry.key, names);
    const fits = meant === 'matchLabels' ? entry.value.type === 'map' : entry.value.type === 'sequence';
    const instead = fits && meant && !nodeAt(selector, meant) ? meant : undefined;
    const advice = meant ? `Write ${meant}.` : 'Put labels below matchLabels, conditions below matchExpressions.';
    addProblem(reader, field, keyPlace(entry), `A selector has no field "${entry.key}". ${advice}`, { instead });
  }
}

function checkLabels(reader: PolicyReader, labels: SourceNode | undefined, path: string): void {
  if (!isWritten(labels)) return;
  if (labels.type !== 'map') {
    const message = `matchLabels must be a mapping of labels to values, and here it is ${shown(labels)}.`;
    addProblem(reader, path, labels, `${message} Write e.g. app: web below it.`);
    return;
  }
  for (const entry of entriesAt(labels)) {
    const place = `${path}.${entry.key}`;
    if (isPlaceholder(entry.key)) addPlaceholder(reader, place, keyPlace(entry), entry.key);
    else if (!isLabelKey(entry.key)) addProblem(reader, place, keyPlace(entry), noLabelKey(JSON.stringify(entry.key)));
    checkLabelValue(reader, entry.value, place);
  }
}

/** A number or boolean is refused too, but everybody sees what is meant; other rules read it as text as well. */
function checkLabelValue(reader: PolicyReader, node: SourceNode, path: string): void {
  const text = isText(node) ? node.value : undefined;
  if (placeholderOf(node) !== undefined) addProblem(reader, path, node, '');
  else if (node.type !== 'scalar')
    addProblem(reader, path, node, `The value of a label must be a text, and here it is ${shown(node)}.`);
  else if (text !== undefined && !isLabelValue(text)) addProblem(reader, path, node, noLabelValue(node));
}

/** A name with an optional prefix, a DNS subdomain (apimachinery, IsQualifiedName). */
function isLabelKey(text: string): boolean {
  const parts = text.split('/');
  const [prefix, name = prefix] = parts;
  if (parts.length > 2 || name === undefined || name === '' || !isLabelValue(name)) return false;
  return parts.length === 1 || (prefix !== undefined && prefix.length <= 253 && subdomain.test(prefix));
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** At most 63 characters, or none (apimachinery, IsValidLabelValue). */
function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text);
}

function noLabelKey(key: string): string {
  return `${key} is no label key. A key is a name of at most 63 letters, digits, "-", "_" and ".", such as app or example.com/app.`;
}

function noLabelValue(node: SourceNode): string {
  return `${startWith(node)} is no label value. Values have at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends.`;
}

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

const expressionFields: FieldSet = {
  name: 'An expression',
  fields: { key: 'value', operator: 'value', values: 'list' },
};

/** API reference, LabelSelectorRequirement: `values` is required for In and NotIn and must be empty for the others. */
function checkExpression(reader: PolicyReader, node: SourceNode, path: string): void {
  if (node.type !== 'map') {
    addProblem(reader, path, node, `An expression is a mapping with key, operator and values, not ${shown(node)}.`);
    return;
  }
  const spoiled = strayFields(reader, node, path, expressionFields);
  if (!spoiled.has('key')) checkKey(reader, node, path);
  const operator = spoiled.has('operator') ? undefined : readOperator(reader, node, path);
  if (operator !== undefined && !spoiled.has('values')) checkValues(reader, node, operator, path);
}

function checkKey(reader: PolicyReader, node: SourceNode, path: string): void {
  const key = nodeAt(node, 'key');
  if (!isWritten(key)) addProblem(reader, path, placeOf(node, 'key', node), 'An expression needs a key: a label.');
  else if (placeholderOf(key) !== undefined || !isText(key) || !isLabelKey(key.value))
    addProblem(reader, `${path}.key`, key, noLabelKey(shown(key)));
}

function readOperator(reader: PolicyReader, node: SourceNode, path: string): string | undefined {
  const operator = nodeAt(node, 'operator');
  const text = isText(operator) ? operator.value : '';
  if (operators.includes(text)) return text;
  const wrong = isWritten(operator) ? `${startWith(operator)} is no operator` : 'An expression needs an operator';
  const letters = text.toLowerCase().replace(/[^a-z]/g, '');
  addProblem(
    reader,
    `${path}.operator`,
    placeOf(node, 'operator', node),
    `${wrong}. There are In, NotIn, Exists and DoesNotExist.`,
    { instead: operators.find((name) => name.toLowerCase() === letters) },
  );
  return undefined;
}

function checkValues(reader: PolicyReader, node: SourceNode, operator: string, path: string): void {
  const field = `${path}.values`;
  const at = placeOf(node, 'values', placeOf(node, 'operator', node));
  const values = readList(reader, node, 'values', path, 'values: [web]');
  if (values === 'unreadable') return;
  const wanted = operator === 'In' || operator === 'NotIn';
  if (wanted && (values === undefined || values.length === 0)) {
    addProblem(reader, field, at, `${operator} needs values: a list with at least one.`);
  } else if (!wanted && values !== undefined && values.length > 0) {
    const other = operator === 'Exists' ? 'In' : 'NotIn';
    addProblem(reader, field, at, `${operator} takes no values. Remove them, or write ${other} as the operator.`);
  }
  values?.forEach((value, index) => checkLabelValue(reader, value, `${field}[${index}]`));
}
