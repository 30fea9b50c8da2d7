/** A refusal in the vendor's words: the status code, the machine-readable id and a sentence for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly id: string;

  constructor(status: number, id: string, message: string) {
    super(message);
    this.status = status;
    this.id = id;
  }
}

export const badRequest = (message: string) => new ApiError(400, "bad_request", message);
/** App Platform answers 400 with this id where the rest of the API answers 422. */
export const invalidArgument = (message: string) => new ApiError(400, "invalid_argument", message);
export const unauthorized = () => new ApiError(401, "unauthorized", "Unable to authenticate you");
export const forbidden = (message: string) => new ApiError(403, "forbidden", message);
export const notFound = (message = "The resource you were accessing could not be found.") =>
  new ApiError(404, "not_found", message);
export const conflict = (message: string) => new ApiError(409, "conflict", message);
export const preconditionFailed = (message: string) => new ApiError(412, "precondition_failed", message);
export const unprocessable = (message: string) => new ApiError(422, "unprocessable_entity", message);

/** The record, or the vendor's 404. */
export function orNotFound<T>(record: T | undefined, message?: string): T {
  if (record === undefined) throw notFound(message);
  return record;
}
