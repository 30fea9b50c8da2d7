/** A refusal in S3's words. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body that S3 clients read. */
  toXml(resource: string): string {
    const fields = { Code: this.code, Message: this.message, Resource: resource };
    const inner = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner.join("")}</Error>`;
  }
}

export const accessDenied = () => new S3Error(403, "AccessDenied", "Access Denied.");
export const notImplemented = (what: string) =>
  new S3Error(501, "NotImplemented", `Spaces does not support ${what}.`);
export const noSuchBucket = () => new S3Error(404, "NoSuchBucket", "The specified bucket does not exist.");

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
