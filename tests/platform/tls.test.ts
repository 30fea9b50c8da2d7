import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, valuesOf } from "./answer.ts";
import { Platform, type Said, skip, told } from "./support.ts";

const erp = "https://erp.insightpulseai.net";
const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const ocr = "https://ocr.insightpulseai.net";

describe("how production's nginx is reached, and what each of its answers carries", {
  skip,
  concurrency: 4,
}, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  describe("TLS", () => {
    /** Offers one kind of connection. The client itself would take anything: only the server can refuse. */
    const offer = (name: string, ...words: string[]): Promise<Said> =>
      platform.from("openssl", "s_client", "-connect", `${name}:443`, "-servername", name, ...words);
    const anything = "ALL:@SECLEVEL=0";

    for (const name of ["erp.insightpulseai.net", "ocr.insightpulseai.net"]) {
      for (const version of ["-tls1", "-tls1_1"]) {
        test(`${name} refuses ${version}`, async () => {
          const { exitCode, text } = await offer(name, version, "-cipher", anything);
          assert.notEqual(exitCode, 0);
          assert.match(text, /alert protocol version/);
        });
      }
      test(`${name} takes TLS 1.3, and TLS 1.2 with a suite of the two`, async () => {
        assert.match(await told(offer(name, "-tls1_3")), /New, TLSv1\.3, Cipher is TLS_AES_/);
        const suite = "ECDHE-ECDSA-AES128-GCM-SHA256";
        assert.match(await told(offer(name, "-tls1_2", "-cipher", suite)), new RegExp(`Cipher is ${suite}`));
        // Whatever else is offered, and in whatever order.
        const first = `ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:${suite}`;
        assert.match(await told(offer(name, "-tls1_2", "-cipher", first)), new RegExp(`Cipher is ${suite}`));
      });

      for (const suites of [
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA256",
        "ECDHE-ECDSA-AES128-SHA",
        "ALL:!ECDHE-ECDSA-AES128-GCM-SHA256:!ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
      ]) {
        test(`${name} refuses ${suites}`, async () => {
          const { exitCode, text } = await offer(name, "-tls1_2", "-cipher", suites);
          assert.notEqual(exitCode, 0);
          assert.match(text, /alert handshake failure/);
        });
      }
    }

    test("the suite for an RSA key is allowed too, and waits for a certificate that has one", async () => {
      const shown = await told(platform.inside("erp", "nginx", "-T"));
      assert.match(
        shown,
        /ssl_ciphers 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256';\nssl_prefer_server_ciphers on;/,
      );
    });
  });

  describe("names", () => {
    for (const name of ["erp", "chat", "n8n", "ocr"]) {
      test(`${name} is led from 80 to 443, path and question with it`, async () => {
        const { status, headers } = await answer(platform, `http://${name}.insightpulseai.net/a/b?c=d%20e`);
        assert.equal(status, 301);
        assert.deepEqual(valuesOf(headers, "location"), [`https://${name}.insightpulseai.net/a/b?c=d%20e`]);
      });
    }

    for (const name of ["insightpulseai.net", "www.insightpulseai.net"]) {
      test(`${name} leads to the ERP`, async () => {
        const { status, headers } = await answer(platform, `https://${name}/odoo/sales?debug=1`);
        assert.equal(status, 301);
        assert.deepEqual(valuesOf(headers, "location"), [`${erp}/odoo/sales?debug=1`]);
      });
    }

    const nothing = [52, 56]; // curl: the server closed the connection, or reset it, without an answer
    for (const [what, words] of Object.entries({
      "an unknown name": ["--insecure", "--header", "Host: example.com", `${erp}/`],
      "an unknown name in the handshake": [
        ...["--insecure", "--resolve", "other.insightpulseai.net:443:165.227.10.178"],
        "https://other.insightpulseai.net/",
      ],
      "another host's name": ["--header", "Host: ocr.insightpulseai.net", `${erp}/health`],
      "the bare address": ["--insecure", "https://165.227.10.178/"],
      "the bare address in the clear": ["http://165.227.10.178/"],
      "an unknown name in the clear": ["--header", "Host: example.com", "http://erp.insightpulseai.net/"],
    })) {
      test(`${what} gets no answer at all`, async () => {
        const { exitCode, stdout } = await platform.curl("--http1.1", ...words);
        assert.ok(nothing.includes(exitCode ?? 0), `curl ended with ${exitCode}`);
        assert.equal(stdout, "");
      });
    }
  });

  describe("the six security headers", () => {
    const six = {
      "x-frame-options": "SAMEORIGIN",
      "x-content-type-options": "nosniff",
      "x-xss-protection": "1; mode=block",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "referrer-policy": "strict-origin-when-cross-origin",
      "permissions-policy": "geolocation=(), microphone=(), camera=()",
    };
    for (const [what, wanted, words] of [
      ["Odoo", 200, [`${erp}/web/login`]],
      ["Mattermost", 200, [`${chat}/api/v4/system/ping`]],
      ["n8n", 200, [`${n8n}/webhook/a`]],
      ["a page of somebody who has not signed in", 302, ["--header", "Accept: text/html", `${n8n}/`]],
      ["the same for a program", 401, [`${n8n}/`]],
      ["a page of the sign-on", 200, [`${n8n}/oauth2/signed-out`]],
      ["a sign-out", 302, [`${n8n}/oauth2/sign_out`]],
      ["OCR", 200, [`${ocr}/health`]],
      ["a redirect of the service's", 303, [`${erp}/`]],
      ["the redirect from 80", 301, ["http://erp.insightpulseai.net/"]],
      ["the redirect of the root", 301, ["https://insightpulseai.net/"]],
      ["a static file", 200, [`${erp}/web/static/headers.css`]],
      ["not found", 404, [`${erp}/nothing/here`]],
      ["forbidden", 403, [`${erp}/web/database/manager`]],
      ["too large", 413, ["--request", "POST", "--header", "Content-Length: 999999999", `${ocr}/v1/ocr`]],
      ["a request that is none", 400, ["--header", "Content-Length: x", "--request", "POST", `${erp}/`]],
    ] as const) {
      test(`come once each with: ${what}`, async () => {
        const { status, headers } = await answer(platform, ...words);
        assert.equal(status, wanted);
        for (const [name, value] of Object.entries(six)) assert.deepEqual(valuesOf(headers, name), [value]);
      });
    }
  });
});
