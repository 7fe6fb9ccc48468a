/**
 * The closed list of things that can go wrong, and what each one means to a shell and to HTTP.
 * Whatever is thrown and is neither an `AppError` nor a `Halt` is a defect: never catch it to hide it.
 */

/** Exit code and HTTP status of every code (DESIGN 4 "Error"). */
export const ERROR_CODES = {
  usage: { exit: 2, http: 400 },
  invalid: { exit: 2, http: 422 },
  notFound: { exit: 3, http: 404 },
  conflict: { exit: 4, http: 409 },
  unauthenticated: { exit: 5, http: 401 },
  denied: { exit: 5, http: 403 },
  unavailable: { exit: 6, http: 503 },
  timeout: { exit: 7, http: 504 },
  limited: { exit: 8, http: 429 },
  // HTTP has no code for "the client left"; 499 keeps it apart from real failures in logs.
  cancelled: { exit: 130, http: 499 },
  internal: { exit: 1, http: 500 },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What a command that runs a program exits with when we fail before the program starts. */
export const LAUNCH_FAILED = 125;

export interface ErrorExtra {
  /** The exact next command, or the one thing to change. */
  hint?: string | undefined;
  /** Facts for programs, such as an engine's raw stderr. Never a secret: this travels. */
  details?: Record<string, unknown> | undefined;
  /** Set once the error has crossed the wire, so that a user can quote it. */
  requestId?: string | undefined;
  cause?: unknown;
}

/**
 * An expected failure, with words that a user may see.
 *
 * @example
 * throw new AppError("notFound", `Cannot stop box "web": no box has that name`, {
 *   hint: "Run `ct box list`",
 * });
 */
export class AppError extends Error {
  override name = "AppError";
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly requestId: string | undefined;

  constructor(readonly code: ErrorCode, message: string, extra: ErrorExtra = {}) {
    super(message, extra.cause === undefined ? {} : { cause: extra.cause });
    this.hint = extra.hint;
    this.details = extra.details;
    this.requestId = extra.requestId;
  }
}

/** Every throw, seen as the error that a user may read. A defect keeps its words to itself. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError("internal", "Cannot finish the request: unexpected failure", {
    hint: "Run it again with --ct-debug to see where it failed",
    cause: thrown,
  });
}
