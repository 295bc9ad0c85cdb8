/** Numbers that the API server gives to node ports, both ends inclusive. */
export interface NodePorts {
  readonly first: number;
  readonly last: number;
}

/** What the API server takes where its flag `--service-node-port-range` is not set. */
export const defaultNodePorts: NodePorts = { first: 30000, last: 32767 };

/** `30000-32767` as two numbers; undefined where it is none. */
export function nodePortsIn(text: string): NodePorts | undefined {
  const match = /^\s*(\d{1,5})\s*-\s*(\d{1,5})\s*$/.exec(text);
  if (!match) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2])];
  return first >= 1 && first <= last && last <= 65535 ? { first, last } : undefined;
}
