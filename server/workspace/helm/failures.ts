/** Why helm could not render a chart, in words for people. */
export interface HelmFailure {
  readonly message: string;
  /** The line that helm names; absent when the chart as a whole is meant. */
  readonly at?: {
    /** As after `# Source:`; for `sourceOf`. */
    readonly source: string;
    /** From zero. */
    readonly line: number;
  };
}

/**
 * What a failed rendering says.
 * @param message of the answer
 * @param chart how people call the chart: the path from their folder
 */
export function helmFailure(message: string, chart: string): HelmFailure {
  const missing = /missing in charts\/ directory: ([^\n]*?)\.?$/.exec(message)?.[1];
  if (missing !== undefined) {
    const names = missing.split(/,\s*/);
    const are =
      names.length === 1
        ? `The chart's dependency ${names.join('')} is`
        : `The chart's dependencies ${inWords(names)} are`;
    return { message: `${are} not in charts/, so helm cannot render it. Run "helm dependency build ${chart}".` };
  }
  const place = /([A-Za-z0-9._-]+\/(?:charts\/[^\s():]+\/)*templates\/[^\s():]+):(\d+)/.exec(message);
  const reason = withFullStop(message.replace(/^(?:execution|parse) error at \([^)]*\):\s*/, ''));
  return {
    message: `Helm cannot render this chart: ${reason}`,
    ...(place ? { at: { source: place[1] ?? '', line: Math.max(0, Number(place[2]) - 1) } } : {}),
  };
}

function inWords(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function withFullStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
