/**
 * What a column's values become. The same value becomes the same one wherever it stands, so that what refers to each other still
 * does; which value it was cannot be told without the key, which is made of the target's own secret.
 *
 * - `mail`: an address that reaches nobody; `login`: the same, but for the accounts that belong to Odoo itself
 * - `account`: a name to sign in by; `phone`: a number of a country that does not exist; `name`: a person or a company
 * - `number`: a tax number, a bank account, a passport; `secret`: a random-looking word that opens nothing elsewhere
 * - `text`: how long it was; `empty`: nothing; `off`: false
 * - `to`: always this one
 */
export type Mask =
  | ("mail" | "login" | "account" | "phone" | "name" | "number" | "secret" | "text" | "empty" | "off")
  | { readonly to: string };

/** What is done to a table before anybody of another environment sees it. Rules are applied in their order. */
export interface MaskingRule {
  /** Table with its schema, such as `odoo.res_partner`. One that is not there holds nobody's data, and is only named. */
  readonly table: string;
  /** What becomes of its columns. One that is not there stops the refresh, as it may have got another name. */
  readonly columns?: Readonly<Record<string, Mask>>;
  /** Module or version that brings these columns, where not everybody has it: without it they are not missed. */
  readonly comesWith?: string;
  /** Whether its rows go instead. @default false */
  readonly isEmptied?: boolean;
  /** Rows that it is about, as SQL; all when left out. */
  readonly where?: string;
}
