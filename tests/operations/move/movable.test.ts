import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfiguration } from "../../../config/load.ts";
import { serviceOfContainer } from "../../../operations/move/movable.ts";
import { readStackFile } from "../../support/stack-file.ts";

const production = loadConfiguration(readStackFile("prod"));

for (const [host, container, service] of [
  ["erp", "odoo", "odoo"],
  ["erp", "odoo-postgres", "odoo"],
  ["erp", "n8n-postgres", "n8n"],
  // Its own one, which no move brings.
  ["ocr", "ocr", "ocr"],
  // The name is Odoo's, the host is not.
  ["ocr", "odoo", null],
  ["erp", "sso-keycloak", null],
] as const)
  test(`container ${container} on ${host} is ${service ?? "no service"}'s`, () => {
    assert.equal(serviceOfContainer(production, host, container), service);
  });
