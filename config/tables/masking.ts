import { mattermostMasks } from "./masking/mattermost.ts";
import { n8nMasks } from "./masking/n8n.ts";
import { odooMasks } from "./masking/odoo.ts";
import type { MaskingRule } from "./masking/rule.ts";
import { supersetMasks } from "./masking/superset.ts";

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
