/** An icon of VS Code as the text of its SVG file. */
declare module '@vscode/codicons/src/icons/*.svg' {
  const source: string;
  export default source;
}
