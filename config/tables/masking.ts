import { mattermostMasks } from "./masking/mattermost.ts";
import { n8nMasks } from "./masking/n8n.ts";
import { odooMasks } from "./masking/odoo.ts";
import { supersetMasks } from "./masking/superset.ts";

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

/** Every rule, by what the platform runs. */
export const maskingRules: readonly MaskingRule[] = [
  ...odooMasks,
  ...mattermostMasks,
  ...n8nMasks,
  ...supersetMasks,
];

/**
 * Names of columns that look as if they told of a person, or opened something: a POSIX regular expression, whatever the case. A
 * column with such a name and anything in it stops a refresh unless a rule or `notPersonal` names it.
 */
export const looksPersonal = [
  "e_?mail",
  "phone|mobile|(^|_)fax($|_)",
  "(^|_)(vat|tin|ssn|ssnid|sinid|iban)($|_)|passport|identification|tax_?(id|number)",
  "acc(ount)?_?number",
  "(first|last|full|nick|middle|family|maiden|legal|complete|display|partner|contact|customer|person|employee)_?name",
  "street|(^|_)zip($|_)|post_?code|birth",
  "passw(or)?d|secret|token|api_?key|private_?key|credential|encrypted|signature|(^|_)otp($|_)",
  "(^|_)ip($|_)|ip_?address",
].join("|");

/** Columns that look so and are not, with their schema and table; `*` stands for anything. */
export const notPersonal: readonly string[] = [
  // Expressions by which Odoo finds an address, and no address.
  "odoo.mail_template.email_*",
  "odoo.mail_template.partner_to",
  // Names of fields and of parts of the program.
  "odoo.ir_model*.*",
  "odoo.ir_act_*.*",
  // How addresses and numbers are written in a country.
  "odoo.res_country.*",
  "odoo.res_lang.*",
  // Aliases of the company's own domain, which is not fetched from in staging.
  "odoo.mail_alias*.*",
  // Titles of channels and teams.
  "mattermost.channels.displayname",
  "mattermost.publicchannels.displayname",
  "mattermost.teams.displayname",
  "mattermost.roles.displayname",
  // A title that n8n shows.
  "n8n.role.displayName",
  "n8n.scope.displayName",
];
