import type { Palette } from './palette';

const SANS = 'system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif';
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';

/** The style sheet of an exported picture: what panel.css says, in the colours of a palette. Sizes are those of metrics.ts. */
export function svgStyle(palette: Palette): string {
  return [...texts(palette), ...cards(palette), ...badges(palette), ...edges(palette), ...addresses(palette)].join('');
}

function texts({ background, foreground, muted }: Palette): readonly string[] {
  return [
    `text{font:11px ${SANS};fill:${foreground}}`,
    `.page{fill:${background}}`,
    `.heading{font-size:15px;font-weight:600}`,
    `.title{font-size:13px;font-weight:600}`,
    `.line{font-family:${MONO}}`,
    `.line.more{font-style:italic}`,
    `.subtitle,.line.more,.note,.legend-name,.axis-label{fill:${muted}}`,
    `.lane{font-weight:600;letter-spacing:.06em;fill:${muted}}`,
  ];
}

function cards({ background, foreground, muted, card, frame, border, ...tints }: Palette): readonly string[] {
  const kinds: readonly (readonly [readonly string[], string])[] = [
    [['outside', 'client', 'external-name', 'addresses', 'controller', 'network'], tints.outside],
    [['ingress', 'gateway', 'host', 'policy'], tints.route],
    [['service'], tints.service],
    [['workload', 'endpoints', 'several'], tints.workload],
    [['missing'], tints.error],
    [['missing.unsure', 'undeclared'], muted],
  ];
  return [
    `.icon{fill:none;stroke:${muted};stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}`,
    `.frame{fill:${frame};stroke:${border}}`,
    `.folded .frame{fill:${card}}`,
    `.card{fill:${card};stroke:${border};stroke-width:1.2}`,
    `.card-detail{fill:none;stroke:${border};stroke-width:1.6}`,
    ...kinds.map(([names, colour]) => {
      const parts = names.flatMap((name) => [
        `.node.${name} .card`,
        `.node.${name} .card-detail`,
        `.node.${name} .icon`,
      ]);
      return `${parts.join(',')}{stroke:${colour}}`;
    }),
    `.missing .card{fill:${background};stroke-dasharray:3 4}`,
    `.missing .title{font-style:italic;font-weight:400;fill:${foreground}}`,
    `.undeclared .card{stroke-dasharray:10 5}`,
    `.node.warning .card:not(.behind){stroke:${tints.warning};stroke-width:1.8;stroke-dasharray:7 4}`,
    `.node.error .card:not(.behind),.node.broken .card:not(.behind){stroke:${tints.error};stroke-width:1.8;stroke-dasharray:7 4}`,
  ];
}

function badges({ background, muted, workload, error, onError, warning, information }: Palette): readonly string[] {
  return [
    `.badge{fill:${background};stroke:${information};stroke-width:1.5}`,
    `.badge.error{fill:${error};stroke:${error}}`,
    `.badge.warning{stroke:${warning}}`,
    `.badge.hint{stroke:${muted}}`,
    `.chip{fill:${background};stroke:${muted}}`,
    `.chip.good{stroke:${workload}}`,
    `.chip.warn{stroke:${warning}}`,
    `.chip-text{font-size:10px;font-weight:600}`,
    `.badge-text{font-weight:700}`,
    `.badge-text.error{fill:${onError}}`,
  ];
}

function edges({ background, muted, ok, denied, unknown, workload }: Palette): readonly string[] {
  const changes = { added: workload, removed: denied, changed: unknown };
  return [
    `.edge,.edge-end{fill:none;stroke:${ok};stroke-width:1.4;stroke-linejoin:round}`,
    `.edge-end.ok{fill:${ok};stroke:none}`,
    `.edge.broken,.edge-end.broken,.edge.denied,.edge-end.denied{stroke:${denied};stroke-width:1.7}`,
    `.edge.broken{stroke-dasharray:9 5}`,
    `.edge.denied{stroke-dasharray:16 6}`,
    `.edge-end.denied{fill:${background}}`,
    `.edge.half-open,.edge-end.half-open,.edge.unknown,.edge-end.unknown{stroke:${unknown}}`,
    `.edge.half-open{stroke-width:1.7;stroke-dasharray:11 4 1.5 4}`,
    `.edge-end.half-open{fill:${unknown}}`,
    `.edge.unknown{stroke-width:2;stroke-dasharray:.1 5;stroke-linecap:round}`,
    `.edge.plain{stroke:${muted};stroke-width:1}`,
    ...Object.entries(changes).map(
      ([change, colour]) =>
        `.edge.${change},.edge-end.${change}{stroke:${colour};stroke-width:2.6}.edge-end.ok.${change}{fill:${colour}}`,
    ),
    `.edge-label{font:10.5px ${MONO};paint-order:stroke;stroke:${background};stroke-width:4px;stroke-linejoin:round}`,
    `.edge-label.added,.edge-label.removed,.edge-label.changed{font-weight:700}`,
    `.edge-label.broken,.edge-label.denied{fill:${denied}}`,
  ];
}

function addresses({ background, border, error, ...uses }: Palette): readonly string[] {
  return [
    `.axis,.break{fill:none;stroke:${border}}`,
    `.range{stroke:${background}}`,
    `.range.pod{fill:${uses.workload}}`,
    `.range.service{fill:${uses.service}}`,
    `.range.node{fill:${uses.outside}}`,
    `.range.policy{fill:${uses.route}}`,
    `.marker{fill:${border}}`,
    `.overlap{fill:${background};fill-opacity:.4;stroke:${error};stroke-width:2;stroke-dasharray:3 2}`,
  ];
}
