/** The worker's program as a text: a worker of a webview may not load files of the extension. */
declare module 'elkjs/lib/elk-worker.min.js' {
  const source: string;
  export default source;
}
