import type { MaskingRule } from "./rule.ts";

/** Odoo 18 CE and the modules that finance works with. */
export const odooMasks: readonly MaskingRule[] = [
  {
    table: "odoo.res_partner",
    columns: {
      ...{ name: "name", complete_name: "name", company_name: "name", commercial_company_name: "name" },
      ...{ email: "mail", email_normalized: "mail", phone: "phone", mobile: "phone", vat: "number" },
      ...{ street: "text", street2: "text", zip: "empty", website: "empty", comment: "empty" },
    },
  },
  {
    table: "odoo.res_partner",
    comesWith: "phone_validation",
    columns: { phone_sanitized: "phone" },
  },
  {
    table: "odoo.res_partner",
    comesWith: "base_geolocalize",
    columns: { contact_address_complete: "text" },
  },
  {
    table: "odoo.res_company",
    columns: { email: "mail", phone: "phone", mobile: "phone" },
  },
  {
    table: "odoo.res_users",
    columns: { login: "login", password: "empty", signature: "empty" },
  },
  {
    table: "odoo.res_users",
    comesWith: "auth_oauth",
    columns: { oauth_uid: "secret", oauth_access_token: "empty" },
  },
  { table: "odoo.res_users", comesWith: "auth_totp", columns: { totp_secret: "empty" } },
  { table: "odoo.res_users_apikeys", isEmptied: true },
  { table: "odoo.auth_totp_device", isEmptied: true },
  { table: "odoo.res_device_log", isEmptied: true },
  { table: "odoo.res_users_log", isEmptied: true },
  {
    table: "odoo.res_partner_bank",
    columns: { acc_number: "number", sanitized_acc_number: "number", acc_holder_name: "name" },
  },
  {
    table: "odoo.hr_employee",
    columns: {
      ...{ name: "name", work_email: "mail", work_phone: "phone", mobile_phone: "phone" },
      ...{ private_email: "mail", private_phone: "phone", private_street: "text", private_street2: "text" },
      ...{ private_zip: "empty", birthday: "empty", place_of_birth: "empty", identification_id: "number" },
      ...{ passport_id: "number", ssnid: "number", sinid: "number", emergency_contact: "name" },
      ...{ emergency_phone: "phone", spouse_complete_name: "name", spouse_birthdate: "empty" },
      ...{ barcode: "empty", pin: "empty", additional_note: "empty" },
    },
  },
  // What people wrote to each other, and the history of what they changed.
  {
    table: "odoo.mail_message",
    columns: { body: "text", subject: "text", email_from: "mail", reply_to: "mail", record_name: "text" },
  },
  {
    table: "odoo.mail_tracking_value",
    columns: {
      ...{
        old_value_char: "empty",
        new_value_char: "empty",
        old_value_text: "empty",
        new_value_text: "empty",
      },
    },
  },
  { table: "odoo.mail_mail", isEmptied: true },
  { table: "odoo.mail_push_device", isEmptied: true },
  { table: "odoo.mail_guest", columns: { name: "name" } },
  { table: "odoo.sms_sms", isEmptied: true },
  // Invoices say whom they are for once more.
  {
    table: "odoo.account_move",
    columns: { invoice_partner_display_name: "name", narration: "empty", access_token: "empty" },
  },
  {
    table: "odoo.account_bank_statement_line",
    columns: { account_number: "number", partner_name: "name" },
  },
  { table: "odoo.account_payment_register", isEmptied: true },
  {
    table: "odoo.crm_lead",
    columns: {
      ...{ contact_name: "name", partner_name: "name", email_from: "mail", email_normalized: "mail" },
      ...{ phone: "phone", mobile: "phone", street: "text", street2: "text", zip: "empty" },
    },
  },
  // Its own web pages are made anew; every other file is replaced by a stand-in.
  { table: "odoo.ir_attachment", where: "url LIKE '/web/assets/%'", isEmptied: true },
  {
    table: "odoo.ir_attachment",
    columns: {
      ...{ name: "text", description: "empty", index_content: "empty", db_datas: "empty" },
      ...{ access_token: "empty", url: "empty" },
    },
  },
  // Nothing leaves staging, and nothing is fetched into it.
  {
    table: "odoo.ir_mail_server",
    columns: { active: "off", smtp_host: { to: "masked.invalid" }, smtp_user: "empty", smtp_pass: "empty" },
  },
  {
    table: "odoo.fetchmail_server",
    columns: { active: "off", server: "empty", user: "empty", password: "empty" },
  },
  {
    table: "odoo.ir_cron",
    columns: { active: "off" },
    // What tidies the database itself goes on.
    where: "cron_name NOT ILIKE '%auto-vacuum%'",
  },
  { table: "odoo.iap_account", isEmptied: true },
  { table: "odoo.payment_provider", columns: { state: { to: "disabled" } } },
  // Another database than production's: for its own sessions, and for Odoo's publisher.
  {
    table: "odoo.ir_config_parameter",
    columns: { value: "secret" },
    where: "key IN ('database.secret', 'database.uuid')",
  },
  {
    table: "odoo.ir_config_parameter",
    isEmptied: true,
    where: "key ~* '(secret|token|api.?key|password|credential)' AND key <> 'database.secret'",
  },
];
