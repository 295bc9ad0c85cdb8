import type { ToHost, ToPanel } from '../../diagram/messages';

interface VsCodeApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The way to the extension's host. It may be acquired once only. */
export interface Host {
  post(message: ToHost): void;
  load(): unknown;
  save(state: unknown): void;
  /** Returns what ends the subscription. */
  listen(receive: (message: ToPanel) => void): () => void;
}

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    load: () => api.getState(),
    save: (state) => api.setState(state),
    listen: (receive) => {
      const handler = (event: MessageEvent<ToPanel>): void => receive(event.data);
      window.addEventListener('message', handler);
      return () => window.removeEventListener('message', handler);
    },
  };
}
