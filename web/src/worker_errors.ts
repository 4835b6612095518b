// Keeps the code of errors that are sent from a worker.

import { transferHandlers } from 'comlink';
import { PortraitDepthError, type ErrorCode } from './errors.js';

interface SentError {
  message: string;
  code: ErrorCode | undefined;
}

/** Replaces Comlink's handling of exceptions; the page and the worker both call it. */
export function registerErrors(): void {
  const THROW = 'throw';
  const usual = transferHandlers.get(THROW);
  if (usual === undefined) return;
  transferHandlers.set(THROW, {
    canHandle: usual.canHandle,
    serialize: (thrown: unknown) => {
      const { value } = thrown as { value: unknown };
      const error = value instanceof Error ? value : new Error(String(value));
      const code = error instanceof PortraitDepthError ? error.code : undefined;
      return [{ message: error.message, code } satisfies SentError, []];
    },
    deserialize: (sent: unknown) => {
      const { message, code } = sent as SentError;
      throw code === undefined ? new Error(message) : new PortraitDepthError(code, message);
    },
  });
}
