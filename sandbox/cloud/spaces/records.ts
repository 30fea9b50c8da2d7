/** What is remembered about a bucket besides its objects. */
export interface Bucket {
  name: string;
  /** Known when the bucket was made through a regional host name or with a location. */
  region: string | null;
  created_at: string;
  /** The lifecycle document as it was put, which the S3 server behind cannot keep itself. */
  lifecycle: string | null;
}
