import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver/node';
import type { Logger } from '../core/index';

/** Where the server says what happened; the client shows it in its log. */
export interface Log extends Logger {
  error(message: string): void;
}

/**
 * Wraps a request's handler: a cancelled request is answered as such, and a handler that throws is logged and answered with `empty`, so that no
 * request can take the server down.
 */
export function guardRequest<P, R>(
  log: Log,
  name: string,
  empty: R,
  handle: (params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | ResponseError> {
  return async (params, token) => {
    const cancelledNow = (): boolean => token.isCancellationRequested;
    // A token that was cancelled before the handler starts fires no event.
    if (cancelledNow()) return cancelled();
    try {
      const result = await handle(params, token);
      return cancelledNow() ? cancelled() : result;
    } catch (error) {
      log.error(`${name} failed: ${describe(error)}`);
      return empty;
    }
  };
}

/** Wraps whatever is not asked for: a notification's handler, a timer. */
export function guard<A extends readonly unknown[]>(
  log: Log,
  name: string,
  act: (...args: A) => void | Promise<void>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await act(...args);
    } catch (error) {
      log.error(`${name} failed: ${describe(error)}`);
    }
  };
}

/** An error with its stack, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function cancelled(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
}
