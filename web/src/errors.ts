// The package's error: a code, and a sentence with the reason and the action.

export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'unreadable'
  | 'unwritable'
  | 'unsupported'
  | 'too_large'
  | 'no_person'
  | 'stopped';

export class PortraitDepthError extends Error {
  override readonly name = 'PortraitDepthError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
